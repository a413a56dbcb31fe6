import type { Resource } from "@dropclip/synth/graph";

const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|.*\.localhost)$/;

/** The pages that a resource lets in or leads back to, each once. */
export function originsOf({ inputs }: Resource): { text: string; protocol: string; isLocal: boolean }[] {
  const given: string[] = [
    ...(inputs.corsConfiguration?.allowOrigins ?? []),
    ...(inputs.corsRules ?? []).flatMap((rule: any) => rule.allowedOrigins ?? []),
    ...(inputs.callbackUrls ?? []),
    ...(inputs.logoutUrls ?? []),
  ];
  return [...new Set(given)].flatMap((text) => {
    if (!URL.canParse(text)) return [];
    const { protocol, hostname } = new URL(text);
    return [{ text, protocol, isLocal: LOCAL.test(hostname) }];
  });
}
