import { playLab } from "./_play.ts";

playLab("3", [1n, 2n]);
