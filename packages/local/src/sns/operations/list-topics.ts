import { type Operation, page } from "../context.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
export const listTopics: Operation = ({ world, topics }, parameters, { principal, region }) => {
  world.authorize(principal, "sns:ListTopics", "*");
  const { items, ...next } = page(
    parameters,
    topics.filter((one) => one.region === region),
  );
  return { Topics: { member: items.map(({ arn }) => ({ TopicArn: arn })) }, ...next };
};
