import { playLab } from "./_play.ts";

playLab("3B", [1n, 2n]);
