/** Lower case, for S3 and Cognito; as long as leaves room for the longest name made of it, in the longest region. */
const STAGE = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;
const SUFFIX = /^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/;
/** Words that Cognito refuses in a sign-in domain (AWS: user pool domains). */
const RESERVED = /aws|amazon|cognito/;

/** The same in words. */
export const NAMES_TAKE =
  "at most 20 lower-case letters, digits and hyphens between them, without the words aws, amazon and cognito";

export const isStage = (stage: string) => STAGE.test(stage) && !RESERVED.test(stage);
export const isSuffix = (suffix: string) => SUFFIX.test(suffix) && !RESERVED.test(suffix);
