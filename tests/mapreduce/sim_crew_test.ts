import assert from "node:assert/strict";
import { macrotask } from "../../core/host/macrotask.ts";
import { ms } from "../../core/base/units.ts";
import { Simulation } from "../../core/sim/mod.ts";
import type { StepKind } from "../labs/harness/interventions.ts";
import { SimCrew } from "./sim_crew.ts";
import { SimMasters } from "./sim_masters.ts";
import { CALM } from "./sim_profile.ts";
import { SimWorld } from "./sim_world.ts";

/** A crew of three; `leftOut` are steps that are left out, as in `join w2`. */
async function withCrew(
  leftOut: readonly string[],
  play: (crew: SimCrew, world: SimWorld) => Promise<void>,
): Promise<void> {
  const simulation = new Simulation({ seed: 1n, macrotask });
  const world = new SimWorld(simulation, CALM, {
    interventions: {
      allows: (kind: StepKind, whom) => !leftOut.includes(`${kind} ${whom}`),
      wait: (span) => span,
    },
  });
  const random = simulation.random.child("faults");
  await simulation.run(async () => {
    const crew = new SimCrew(world, random, new SimMasters(world, random, () => {}));
    crew.start();
    await play(crew, world);
  });
}

const namesOf = (crew: SimCrew) => [...crew.all].map(({ id }) => id);

Deno.test("SimCrew: who dies is replaced, under a new number; who is left out stays away", async () => {
  await withCrew([], async (crew, world) => {
    [...crew.all][1]!.process.kill();
    await world.sleep(ms(3001));
    assert.deepEqual(namesOf(crew), ["w1", "w3", "w4"]);
  });
  await withCrew(["join w1", "join w4"], async (crew, world) => {
    [...crew.all][0]!.process.kill();
    await world.sleep(ms(3001));
    assert.deepEqual(namesOf(crew), ["w3"]);
  });
});

Deno.test("SimCrew: for who is spared a number is passed over, so that others keep theirs", async () => {
  await withCrew([], async (crew, world) => {
    world.spared.set("w1", "dies");
    await world.sleep(ms(3001));
    assert.deepEqual(namesOf(crew), ["w1", "w2", "w3"]);
    [...crew.all][1]!.process.kill();
    await world.sleep(ms(3001));
    assert.deepEqual(namesOf(crew), ["w1", "w3", "w5"]);
  });
});

Deno.test("WorkersEndWithTheJob: a worker that is at work a minute after the job is told", async () => {
  await withCrew(["join w2", "join w3"], async (crew) => {
    for (const { process } of crew.all) process.pause();
    await assert.rejects(crew.awaitEnd(), {
      message: "WorkersEndWithTheJob: worker w1 is at work, and the job is over for 60 s",
    });
  });
});
