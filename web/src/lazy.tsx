import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { explain } from "./api";
import { t } from "./messages";
import type { PageView } from "./pages";
import { Waiting } from "./views/waiting";

/** A view whose code is loaded when it is first opened: `lazy(() => import("./coding/desk"), "Desk")`. */
export function lazy<Name extends string>(
  load: () => Promise<Record<Name, PageView>>,
  name: Name,
): PageView {
  let Loaded: PageView | null = null;
  return function Lazy({ id }) {
    const problem = useSignal<string | null>(null);
    const tries = useSignal(0);
    const ready = useSignal(Loaded !== null);
    useEffect(() => {
      if (Loaded) return;
      problem.value = null;
      load().then(
        (module) => {
          Loaded = module[name];
          ready.value = true;
        },
        (error: unknown) => (problem.value = explain(error)),
      );
    }, [tries.value, problem, ready]);
    if (ready.value && Loaded) return <Loaded id={id} />;
    return problem.value === null ? (
      <Waiting what={t("page.loading")} />
    ) : (
      <main class="waiting">
        <p role="alert">{t("page.failed", { problem: problem.value })}</p>
        <button onClick={() => (tries.value += 1)}>{t("page.again")}</button>
      </main>
    );
  };
}
