/** With PreVote and CheckQuorum (thesis §9.6, §6.2): a server that was cut off neither disturbs nor leads. */

import type { Config } from "../harness/config.ts";
import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import { TestFailure } from "../lab_test.ts";

/** First a follower is cut off and returns, then the leader. */
export async function cutOff(config: Config): Promise<void> {
  const leader = await config.checkOneLeader();
  const { term } = config.getState(leader);

  const follower = (leader + 1) % config.n;
  config.disconnect(follower);
  await config.sleep(2 * ELECTION_TIMEOUT);
  config.connect(follower);
  const later = await config.checkOneLeader();
  if (later !== leader || config.checkTerms() !== term) {
    throw new TestFailure(`the return of server ${follower} ended the term ${term} of ${leader}`);
  }

  config.disconnect(leader);
  await config.sleep(ELECTION_TIMEOUT);
  if (config.getState(leader).isLeader) {
    throw new TestFailure(`server ${leader} still leads, though it has lost its majority`);
  }
  const successor = await config.checkOneLeader();
  config.connect(leader);
  if (await config.checkOneLeader() !== successor) {
    throw new TestFailure(`the return of server ${leader} ended the term of ${successor}`);
  }
}
