import { AwsError } from "../world.ts";

/** A call or form the pool refuses for its input. */
export const invalid = (message: string) => new AwsError("InvalidParameterException", message, 400);

export const notAuthorized = (message: string) => new AwsError("NotAuthorizedException", message, 400);

export const userNotFound = () => new AwsError("UserNotFoundException", "User does not exist.", 400);

export const notFound = (message: string) => new AwsError("ResourceNotFoundException", message, 400);
