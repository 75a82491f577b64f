import type { JSX } from "preact";
import { t } from "../messages";
import { PAGES, pageFor, startOf } from "../pages";
import { START, route } from "../router";
import { failure, session } from "../state";
import { Header } from "./header";
import { Icon } from "./icons";
import { KeyboardMap } from "./keyboard";
import { SignIn } from "./signin";
import { UndoBar } from "./undo";
import { Waiting } from "./waiting";

export function App(): JSX.Element {
  if (session.value === undefined) return <Waiting what={t("app.opening")} />;
  if (session.value === null) return <SignIn />;
  const { user } = session.value;
  const { page: name, id } = route.value;
  const page = session.value.factor_setup
    ? pageFor("account", user.role)
    : (pageFor(name, user.role) ?? (name === START.page ? startOf(user.role) : null));
  const known = PAGES.some((each) => each.name === name);
  return (
    <>
      <Header user={user} />
      {failure.value !== null && <Failure message={failure.value} />}
      {page ? (
        <page.View key={page.name} id={id} />
      ) : (
        <main class="waiting">
          <p role="alert">{known ? t("page.forbidden") : t("page.unknown")}</p>
        </main>
      )}
      <UndoBar />
      <KeyboardMap />
    </>
  );
}

export function Failure({ message }: { message: string }): JSX.Element {
  return (
    <div class="failure" role="alert">
      <Icon name="alert" />
      <span>{message}</span>
      <button class="quiet" aria-label={t("undo.dismiss")} onClick={() => (failure.value = null)}>
        <Icon name="cross" />
      </button>
    </div>
  );
}
