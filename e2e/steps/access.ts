import { answered, Unexpected } from "../expect.ts";
import type { Operation, Run, User } from "../run.ts";
import type { Step } from "../run-steps.ts";

const THERE = ["Who has not signed in is refused", "A collection is made and renamed", "All of it is complete"];

/** A body for each operation that needs one. A new operation needs an entry, or the step fails. */
const BODIES: Record<string, unknown> = {
  createEvent: { title: "Not theirs" },
  updateEvent: { title: "Not theirs" },
  createFlyer: { name: "flyer.png", bytes: 100 },
  createUpload: { files: [{ name: "photo.jpg", bytes: 100 }] },
  signUpload: { mediaId: "video", operation: "PutObject" },
  createPicture: { name: "me.png", bytes: 100 },
  updateMedia: { hidden: true },
  publishWaiting: { media: [{ uploadId: "00000000-0000-7000-8000-000000000000" }] },
  refuseWaiting: { media: [{ uploadId: "00000000-0000-7000-8000-000000000000" }] },
  createCollection: { title: "Not theirs" },
  updateCollection: { title: "Not theirs" },
  moveCollectionMedia: { after: null },
  updateMe: { displayName: "Not theirs" },
};

export const access: Step<Run>[] = [
  {
    name: "Fans cannot do what creatives do",
    needs: THERE,
    async run(run) {
      for (const operation of run.made.operations.filter((one) => one.access === "creative"))
        await refused(run, run.made.users.fan, operation, 403);
    },
  },
  {
    name: "Another fan reaches none of it",
    needs: THERE,
    async run(run) {
      const { operations, users } = run.made;
      for (const operation of operations.filter(isOfOneThing)) {
        if (operation.access === "creative") await refused(run, users.otherFan, operation, 403);
        else if (!FOR_EVERY_USER.has(operation.operationId)) await refused(run, users.otherFan, operation, 404);
      }
    },
  },
  {
    name: "Another creative reaches none of it",
    needs: THERE,
    async run(run) {
      const { operations, users } = run.made;
      for (const operation of operations.filter(isOfOneThing))
        if (operation.operationId === "createUpload") await refused(run, users.otherCreative, operation, 403);
        else if (!FOR_EVERY_USER.has(operation.operationId)) await refused(run, users.otherCreative, operation, 404);
    },
  },
];

/** Every fan may upload to every event and report what the public sees; other steps and tests check that. */
const FOR_EVERY_USER = new Set(["createUpload", "reportMedia"]);

const isOfOneThing = ({ path }: Operation) => path.includes("{");

/** One call about a resource of another user. */
async function refused({ made }: Run, { api }: User, operation: Operation, status: number) {
  const { method, path, operationId, hasBody } = operation;
  if (hasBody && !(operationId in BODIES)) throw new Error(`e2e/steps/access.ts has no body for ${operationId}`);
  const ids: Record<string, string> = {
    eventId: made.eventId,
    collectionId: made.collectionId,
    uploadId: made.uploads.mixed,
    mediaId: "video",
    // No report has it: who may not close one is refused before it is looked for.
    reportId: made.eventId,
  };
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!ids[name]) throw new Error(`e2e/steps/access.ts has no ${name} for ${operationId}`);
    return ids[name];
  });
  try {
    answered(await api(method, place, hasBody ? BODIES[operationId] : undefined), status);
  } catch (error) {
    throw new Unexpected(`${operationId}: ${(error as Error).message}`);
  }
}
