import { playLab } from "./_play.ts";

playLab("3A", [1n, 2n]);
