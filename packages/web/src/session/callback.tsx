import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../text/index.ts";
import { Notice } from "../ui/notice.tsx";
import { go } from "../ui/router.tsx";
import { finish, signIn } from "./oauth.ts";

/** Where the sign-in pages send people back to. */
export default function Callback() {
  const failed = useSignal(false);
  useEffect(() => {
    finish().then(
      ({ back, isExtra }) => (isExtra ? close() : go(back, { replace: true })),
      () => {
        failed.value = true;
      },
    );
  }, []);
  if (!failed.value) return <Notice title={t.session.signingIn} isBusy />;
  return (
    <Notice title={t.session.failed} text={t.session.failedWhy}>
      <button type="button" class="button" onClick={() => signIn()}>
        {t.session.signIn}
      </button>
    </Notice>
  );
}
