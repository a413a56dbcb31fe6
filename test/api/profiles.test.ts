import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, apiOf, type TestCloud, testCloud } from "../support/cloud.ts";
import { peopleOf } from "./people.ts";
import { pictureOwner, smallOf } from "./picture-owner.ts";
import { bodyOf, expectProblem, forgetCalls, newEvent, picture, records, troubles } from "./support.ts";

let cloud: TestCloud;
let people: ReturnType<typeof peopleOf>;
let nobody: Api;

beforeAll(async () => {
  cloud = await testCloud();
  people = peopleOf(cloud);
  nobody = apiOf(cloud.api);
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

let signedUp = 0;
const signUp = (group: "fan" | "creative") => people.signUp(`named${++signedUp}@example.com`, group);
const profile = (userId: string) => nobody("GET", `/profiles/${userId}`);

describe("PATCH /me", () => {
  it("changes what is said and leaves the rest as it is", async () => {
    const { api, userId } = await signUp("fan");
    const base = { userId, groups: ["fan"] };
    expect(bodyOf(await api("GET", "/me"))).toEqual({ ...base, public: false });
    for (const [said, told] of [
      [{}, { public: false }],
      [{ displayName: "  Mia Ö. 🎸 " }, { displayName: "Mia Ö. 🎸", public: false }],
      [{ public: true }, { displayName: "Mia Ö. 🎸", public: true }],
      [{}, { displayName: "Mia Ö. 🎸", public: true }],
      [{ displayName: null }, { public: true }],
      [
        { displayName: "Mia", public: false },
        { displayName: "Mia", public: false },
      ],
    ]) {
      expect(bodyOf(await api("PATCH", "/me", said))).toEqual({ ...base, ...told });
      expect(bodyOf(await api("GET", "/me"))).toEqual({ ...base, ...told });
    }
  });

  it("takes a name that is one line of text with something to see in it", async () => {
    const { api } = await signUp("fan");
    for (const displayName of [
      ...["", "   ", "a\nb", "a\u2028b", "a\u0000b", "a\u001bb", "a\u202eb", "\u200b", "\u0301", "x".repeat(51)],
      ...[1, true, {}, ["a"], "\ud800"],
    ])
      expectProblem(await api("PATCH", "/me", { displayName }), 400, "request.invalid");
    for (const shown of ["true", 1, null])
      expectProblem(await api("PATCH", "/me", { public: shown }), 400, "request.invalid");
    for (const displayName of ["x".repeat(50), "<b>Mia</b>", "محمد", "?"])
      expect(bodyOf(await api("PATCH", "/me", { displayName })).displayName).toBe(displayName);
  });

  it("loses nothing of what is said at the same time", async () => {
    const { api, userId } = await signUp("fan");
    const art = await pictureOwner(cloud, "profile", api, userId);
    const [, , { url }] = await Promise.all([
      api("PATCH", "/me", { displayName: "Mia" }).then(bodyOf),
      api("PATCH", "/me", { public: true }).then(bodyOf),
      art.sent(await picture()),
    ]);
    const { displayName, public: shown, picture: served } = bodyOf(await api("GET", "/me"));
    expect([displayName, shown, served.url]).toEqual(["Mia", true, url]);
  });
});

describe("GET /profiles/{userId}", () => {
  it("shows a fan to nobody until they want it, and no longer than they want it", async () => {
    const { api, userId } = await signUp("fan");
    const art = await pictureOwner(cloud, "profile", api, userId);
    const { url } = await art.sent(await picture());
    bodyOf(await api("PATCH", "/me", { displayName: "Mia" }));
    const hidden = await profile(userId);
    expectProblem(hidden, 404, "profile.not_found");
    bodyOf(await api("PATCH", "/me", { public: true }));
    expect(bodyOf(await profile(userId))).toEqual({
      ...{ userId, displayName: "Mia" },
      picture: { url, thumbnail: smallOf(url), version: expect.any(String) },
    });
    bodyOf(await api("PATCH", "/me", { public: false }));
    expectProblem(await profile(userId), 404, "profile.not_found");
    // No different from somebody who never was.
    const never = await profile("01900000-0000-7000-8000-00000000dead");
    expect({ ...never.body, requestId: "" }).toEqual({ ...hidden.body, requestId: "" });
  });

  it("shows a creative as long as they have an event", async () => {
    const { api, userId } = await signUp("creative");
    bodyOf(await api("PATCH", "/me", { displayName: "The Band" }));
    expectProblem(await profile(userId), 404, "profile.not_found");
    const { eventId } = await newEvent(api);
    const told = { userId, displayName: "The Band" };
    expect(bodyOf(await profile(userId))).toEqual(told);
    bodyOf(await api("PATCH", "/me", { public: false }));
    expect(bodyOf(await profile(userId))).toEqual(told);
    bodyOf(await api("DELETE", `/events/${eventId}`), 204);
    expectProblem(await profile(userId), 404, "profile.not_found");
  });

  it("shows nothing of a deleted account, and nothing of what it said is kept", async () => {
    const { api, userId } = await signUp("creative");
    await newEvent(api);
    bodyOf(await api("PATCH", "/me", { displayName: "Gone Tomorrow", public: true }));
    expect(bodyOf(await profile(userId)).displayName).toBe("Gone Tomorrow");
    bodyOf(await api("DELETE", "/me?events=delete"), 204);
    expectProblem(await profile(userId), 404, "profile.not_found");
    expectProblem(await api("PATCH", "/me", { displayName: "Back" }), 401, "account.deleted");
    expect((await records(cloud)).filter((row) => /Gone Tomorrow|Back/.test(row))).toEqual([]);
    const { Profile } = await import("@dropclip/core/profile");
    const refused = Profile.update({ userId, displayName: "Back" });
    await expect(refused).rejects.toMatchObject({ code: "account.deleted" });
  });

  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
