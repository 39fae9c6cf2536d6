/** What a user has to change about an application, or about how it was called. */
export class AppError extends Error {
  override readonly name = "AppError";
}
