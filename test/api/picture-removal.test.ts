import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, apiOf, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { filesOf, KINDS, type Kind, pictureOwner, post, smallOf } from "./picture-owner.ts";
import { bodyOf, edge, expectProblem, forgetCalls, picture, troubles } from "./support.ts";

let cloud: TestCloud;
let nobody: Api;
let creative: Api;
const start = async (options = {}) => {
  cloud = await testCloud(options);
  nobody = apiOf(cloud.api);
  creative = await cloud.as("creative");
};
const of = (kind: Kind) => pictureOwner(cloud, kind, creative, cloud.creativeId);
/** The picture of a user that no other test has touched. */
const ofOther = async (kind: Kind) =>
  pictureOwner(cloud, kind, await cloud.as("other-creative"), cloud.seeds.users["other-creative"].userId);
const NONE = { served: undefined, offer: undefined };

async function load() {
  const [{ Account }, { Event }, { Adoption }, { Picture }, { settlePicture }, { sweep }] = await Promise.all([
    import("@dropclip/core/account"),
    import("@dropclip/core/event"),
    import("@dropclip/core/adoption"),
    import("@dropclip/core/picture"),
    import("@dropclip/functions/settle-picture"),
    import("@dropclip/functions/sweep"),
  ]);
  return { Account, Event, Adoption, Picture, settlePicture, sweep };
}
/** Owners of whom a picture is still to be removed. */
async function open() {
  const { Account, Event } = await load();
  const ids: string[] = [];
  for await (const { userId } of Account.open()) ids.push(userId);
  for await (const { eventId } of Event.open()) ids.push(eventId);
  return ids;
}

beforeAll(() => start());
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

describe.each(KINDS)("a %s that is taken away", (kind) => {
  it("is gone from the record at once, and then everywhere; twice is once", async () => {
    const one = await of(kind);
    await one.remove();
    const { url } = await one.sent(await picture());
    expect(await edge(url)).toBe(200);
    await one.remove();
    expect(await one.look()).toEqual(NONE);
    if (kind === "flyer") expect(bodyOf(await nobody("GET", `/events/${one.eventId}`)).flyer).toBeUndefined();
    await Promise.all(Array.from({ length: 5 }, () => one.remove()));
    await eventually(async () => expect(await one.keys()).toEqual([]));
    for (const gone of [url, smallOf(url)]) await eventually(async () => expect(await edge(gone)).toBe(403));
    await eventually(async () => expect(await open()).not.toContain(one.owner.id));
    await one.remove();
    expect(await open()).not.toContain(one.owner.id);
  });

  it("is not brought back by a form that was signed before", async () => {
    const one = await of(kind);
    const file = await picture();
    const served = await one.sent(file);
    const waiting = await one.offered(file);
    await one.remove();
    await eventually(async () => expect(await edge(served.url)).toBe(403));
    for (const form of [waiting, served.form]) {
      expect(await post(form, file)).toBe(204);
      const url = `${cloud.cdn}/${form.fields.key}`;
      // It arrives hidden: nobody sees it before it is looked at, nor after.
      for (let time = 0; time < 5; time++) expect(await edge(url)).toBe(403);
      await eventually(async () => expect(await one.keys()).toEqual([]));
      expect(await one.look()).toEqual(NONE);
      expect(await edge(url)).toBe(403);
    }
  });

  it("makes room for another one", async () => {
    const one = await of(kind);
    const first = await one.sent(await picture());
    await one.remove();
    const second = await one.sent(await picture());
    await eventually(async () => expect(await one.keys()).toEqual(filesOf(second.form)));
    expect([await edge(second.url), await edge(first.url)]).toEqual([200, 403]);
  });

  it("is one's own, whoever asks", async () => {
    const one = await of(kind);
    const { form, url } = await one.sent(await picture());
    for (const name of ["fan", "other-fan", "other-creative"] as const) {
      const answer = await (await cloud.as(name))("DELETE", one.path);
      if (kind === "profile") bodyOf(answer, 204);
      else if (name === "other-creative") expectProblem(answer, 404, "event.not_found");
      else expectProblem(answer, 403, "access.group_missing");
    }
    expect(await one.look()).toMatchObject({ served: { url }, offer: { status: "complete" } });
    expect(await one.keys()).toEqual(filesOf(form));
    expect(await edge(url)).toBe(200);
  });

  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});

describe("a picture that is taken away while nothing of the background runs", () => {
  beforeAll(async () => {
    await cloud.dispose();
    const left = ["picture-arrived", "settlement-due"];
    await start({
      adjust: (facts: TestCloud["facts"]) => ({
        ...facts,
        rules: facts.rules.filter(({ name }) => !left.some((one) => name.includes(one))),
      }),
    });
    process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
  });

  it.each(KINDS)("wins over its own arrival, in whatever moment the %s is taken away", async (kind) => {
    const { Adoption } = await load();
    const one = await of(kind);
    const file = await picture();
    const form = await one.offered(file);
    const key = form.fields.key!;
    const adopt = (sequencer: string, meanwhile: () => Promise<unknown>) =>
      Adoption.adopt(key, { sequencer, bytes: file.length }, async () => {
        await meanwhile();
        return file;
      });
    expect((await adopt("1", () => one.remove())).outcome).toBe("superseded");
    expect(await one.look()).toEqual(NONE);
    const next = await one.offered(file);
    const adopted = await Adoption.adopt(next.fields.key!, { sequencer: "1", bytes: file.length }, async () => file);
    expect(adopted.outcome).toBe("switched");
    // Sent to its key once more, and told of while it is taken away.
    expect((await adopt("2", () => one.remove())).remove).toContain(key);
    expect((await adopt("3", async () => {})).outcome).toBe("superseded");
    expect(await one.look()).toEqual(NONE);
  });

  it.each(KINDS)("stays due until it is done, and the sweep asks again: the %s", async (kind) => {
    const { Adoption, Picture, settlePicture, sweep } = await load();
    const one = await ofOther(kind);
    const file = await picture();
    const form = await one.offered(file);
    const key = form.fields.key!;
    expect(await post(form, file)).toBe(204);
    await Adoption.adopt(key, { sequencer: "1", bytes: file.length }, async () => file);
    const before = (await sweep()).settlements;
    await one.remove();
    expect(await open()).toContain(one.owner.id);
    expect((await sweep()).settlements).toBe(before + 1);
    expect(await Picture.due(one.owner)).toEqual([key]);
    expect(await one.keys()).toEqual([key]);
    // Another one that is set meanwhile is not touched.
    const next = await one.offered(file);
    expect(await post(next, file)).toBe(204);
    await Adoption.adopt(next.fields.key!, { sequencer: "1", bytes: file.length }, async () => file);
    for (let time = 0; time < 2; time++) await settlePicture(one.owner);
    expect(await one.keys()).toEqual([next.fields.key]);
    expect(await Picture.due(one.owner)).toEqual([]);
    expect((await one.look()).served.version).toBe(next.version);
    expect((await sweep()).settlements).toBe(before);
  });
});
