import { call } from "../api/call.ts";
import { t } from "../text/index.ts";
import { useRead } from "../ui/read.ts";

/** Whose show it is, as they call themselves; nothing of those who do not. */
export function Performer({ userId }: { userId: string }) {
  const { value: profile } = useRead(() => call("get", "/profiles/{userId}", { path: { userId } }));
  if (!profile?.displayName) return null;
  return (
    <>
      {profile.picture && <img src={profile.picture.url} alt="" width="32" height="32" />}
      <span class="hidden">{t.event.performer}</span>
      <bdi>{profile.displayName}</bdi>
    </>
  );
}
