import { AwsError } from "../world.ts";

/** 400, as AWS answers a request it cannot accept. */
export const badRequest = (message: string) => new AwsError("BadRequestException", message, 400);

/** 404, for a job, queue or input file that is not there. */
export const notFound = (message: string) => new AwsError("NotFoundException", message, 404);

/** 409, for a change the job's state does not allow. */
export const conflict = (message: string) => new AwsError("ConflictException", message, 409);

/** A valid setting that is not translated here: refused by name, so that no job comes out other than AWS's would. */
export const unsupported = (what: string) => badRequest(`not supported by the local MediaConvert: ${what}`);

/**
 * Why a job ends in ERROR. `code` is one of MediaConvert's error codes: 1010 input cannot be opened, 1020 no video,
 * 1021 no audio, 1030 codec, 1040 settings do not suit the input, 1060 clipping, 1075 demultiplexing, 1999 unexpected.
 */
export class JobError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = "JobError";
    this.code = code;
  }
}
