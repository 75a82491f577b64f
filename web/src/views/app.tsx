import type { JSX } from "preact";
import { encounterId, failure, session, visit } from "../state";
import { EncounterPage } from "./encounter";
import { Header } from "./header";
import { Icon } from "./icons";
import { Schedule } from "./schedule";
import { SignIn } from "./signin";

export function App(): JSX.Element {
  if (session.value === undefined) return <Waiting what="Opening Sidenote" />;
  if (session.value === null) return <SignIn />;
  return (
    <>
      <Header user={session.value.user} />
      {failure.value !== null && <Failure message={failure.value} />}
      {encounterId.value === null ? (
        <Schedule />
      ) : visit.value ? (
        <EncounterPage visit={visit.value} />
      ) : (
        failure.value === null && <Waiting what="Opening the visit" />
      )}
    </>
  );
}

function Waiting({ what }: { what: string }): JSX.Element {
  return (
    <main class="waiting">
      <p role="status">{what} …</p>
    </main>
  );
}

export function Failure({ message }: { message: string }): JSX.Element {
  return (
    <div class="failure" role="alert">
      <Icon name="alert" />
      <span>{message}</span>
      <button class="quiet" aria-label="Dismiss" onClick={() => (failure.value = null)}>
        <Icon name="cross" />
      </button>
    </div>
  );
}
