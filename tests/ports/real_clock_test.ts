/** The real clock behaves as the port promises. */

import { RealClock } from "../../core/host/mod.ts";
import { clockSuite } from "./clock_suite.ts";

clockSuite("RealClock", (body) => body(new RealClock()));
