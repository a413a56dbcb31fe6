import { create } from "../job/create.ts";
import { toWire } from "../model/read.ts";
import { type Operation, parseBody } from "../state.ts";

export const createJob: Operation = (service, { body }, { principal }) => {
  const job = create(service, parseBody(body), "wire", principal);
  service.queue.wake();
  return { status: 201, body: toWire("GetJobResponse", { Job: job }) };
};
