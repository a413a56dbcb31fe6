import { call } from "../api/call.ts";
import { useRead } from "../ui/read.ts";
import { small } from "../ui/small.ts";

/** Whose show it is or who sent a media, as they call themselves; nothing of those who do not. */
export function Performer({ userId, label }: { userId: string; label: string }) {
  const { value: profile } = useRead(() => profileOf(userId));
  if (!profile?.displayName) return null;
  return (
    <>
      {profile.picture && <img src={small(profile.picture)} alt="" width="32" height="32" />}
      <span class="hidden">{label}</span>
      <bdi>{profile.displayName}</bdi>
    </>
  );
}

const read = (userId: string) => call("get", "/profiles/{userId}", { path: { userId } });
const known = new Map<string, ReturnType<typeof read>>();
/** The same for each of somebody's clips: asked once a page. */
function profileOf(userId: string) {
  const profile = known.get(userId) ?? read(userId);
  known.set(userId, profile);
  profile.catch(() => known.delete(userId));
  return profile;
}
