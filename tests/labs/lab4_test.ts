import { playLab } from "./_play.ts";

playLab("4", [1n, 2n]);
