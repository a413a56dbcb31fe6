import { toWire } from "../model/read.ts";
import { authorizeOnJob, type Operation } from "../state.ts";

export const getJob: Operation = (service, { path: { id = "" } }, { principal }) => {
  authorizeOnJob(service, principal, "GetJob", id);
  return { body: toWire("GetJobResponse", { Job: service.queue.get(id) }) };
};
