import { playLab } from "./_play.ts";

playLab("2", [1n, 2n, 3n]);
