import { authorizeOnJob, type Operation } from "../state.ts";

export const cancelJob: Operation = (service, { path: { id = "" } }, { principal }) => {
  authorizeOnJob(service, principal, "CancelJob", id);
  service.queue.cancel(id);
  return { status: 202, body: {} };
};
