import { controlPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const busPolicy: Rule = {
  id: "EventBridge.3",
  title: "Event buses of one's own say who may send to them",
  severity: "low",
  types: [ALSO.eventBus],
  page: controlPage("EventBridge.3"),
  check: (bus, view) => when(view.about(ALSO.eventBusPolicy, "eventBusName", bus).length === 0, "has no policy"),
};
