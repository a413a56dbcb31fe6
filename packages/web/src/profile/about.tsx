import { useSignal } from "@preact/signals";
import { call } from "../api/call.ts";
import type { Me } from "../api/types.ts";
import { t } from "../text/index.ts";
import { said } from "../text/problem.ts";

/** As many characters as the API takes. */
const NAME_LENGTH = 50;

/** What one is called, and whether everybody may see that and the picture. */
export function About({ me, changed }: { me: Me; changed: (me: Me) => void }) {
  const doing = useSignal("");
  const problem = useSignal("");
  const isSaving = useSignal(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = event.currentTarget as HTMLFormElement;
    const form = new FormData(fields);
    isSaving.value = true;
    doing.value = problem.value = "";
    try {
      const displayName = String(form.get("displayName")).trim() || null;
      changed(await call("patch", "/me", { body: { displayName, public: form.has("public") } }));
      // As it was kept, without what stood around it.
      fields.displayName.value = displayName ?? "";
      doing.value = t.profile.saved;
    } catch (error) {
      problem.value = said(error);
    }
    isSaving.value = false;
  };
  return (
    <form class="card about" onSubmit={save}>
      <label class="field">
        {t.profile.name}
        <input
          name="displayName"
          maxLength={NAME_LENGTH}
          autocomplete="nickname"
          dir="auto"
          defaultValue={me.displayName ?? ""}
        />
      </label>
      <label class="check">
        <input type="checkbox" name="public" defaultChecked={me.public} aria-describedby="public-why" />
        {t.profile.public}
      </label>
      <p id="public-why" class="soft">
        {me.groups.includes("creative") ? t.profile.publicPerformer : t.profile.publicWhy}
      </p>
      <div class="row">
        <button type="submit" class="button" disabled={isSaving.value}>
          {t.profile.save}
        </button>
        <p class="soft" role="status">
          {doing.value}
        </p>
      </div>
      {problem.value && (
        <p class="message bad" role="alert">
          {problem.value}
        </p>
      )}
    </form>
  );
}
