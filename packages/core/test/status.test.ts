import { describe, expect, it } from "vitest";
import { isClosed, isSettled, statusOf, type Visibility } from "../src/upload/status.ts";

describe("statusOf", () => {
  it.each([
    [["pending", "pending"], "pending"],
    [["pending", "complete"], "processing"],
    [["processing", "failed"], "processing"],
    [["complete", "complete"], "complete"],
    [["complete", "rejected"], "partial"],
    [["complete", "failed"], "partial"],
    [["failed", "rejected"], "failed"],
    [["rejected", "expired"], "rejected"],
    [["expired", "deleted"], "expired"],
    [["deleted"], "deleted"],
    [[], "deleted"],
  ] as const)("%j is %s", (media, status) => expect(statusOf([...media])).toBe(status));

  it("keeps open what somebody still waits for", () => {
    expect((["pending", "processing", "failed"] as const).map(isClosed)).toEqual([false, false, false]);
    expect((["complete", "partial", "rejected", "expired", "deleted"] as const).every(isClosed)).toBe(true);
  });

  it("settles nothing while a file has failed, whatever became of the others", () => {
    expect(isSettled("partial", [{ status: "complete" }, { status: "rejected" }])).toBe(true);
    expect(isSettled("partial", [{ status: "complete" }, { status: "failed" }])).toBe(false);
    expect(isSettled("complete", [{ status: "complete", visibility: "hiding" }])).toBe(false);
  });

  it("settles what waits for its event's creative, until they decide", () => {
    const settled = (status: "complete" | "rejected", visibility: Visibility) =>
      isSettled(status, [{ status, visibility }]);
    expect([settled("complete", "waiting"), settled("rejected", "refused")]).toEqual([true, true]);
    expect([settled("complete", "showing"), settled("rejected", "refusing")]).toEqual([false, false]);
  });
});
