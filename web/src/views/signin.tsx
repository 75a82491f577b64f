import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { api, explain } from "../api";
import { recorder } from "../recorder";
import { failure, session } from "../state";
import { clock } from "../words";
import { Mark } from "./header";
import { Icon } from "./icons";

export function SignIn(): JSX.Element {
  const busy = useSignal(false);
  const problem = useSignal<string | null>(failure.value);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const field = (name: string) => form.get(name) as string;
    busy.value = true;
    problem.value = null;
    try {
      session.value = await api.signIn({
        username: field("username"),
        password: field("password"),
      });
      failure.value = null;
    } catch (error) {
      problem.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <main class="signin">
      <form class="card" onSubmit={submit}>
        <h1 class="brand large">
          <Mark /> Sidenote
        </h1>
        {recorder.active.value && (
          <p class="line warn" role="status">
            <Icon name="mic" /> Still recording: {clock(recorder.samples.value)}, of which{" "}
            {clock(recorder.held.value)} safe here. Sign in to send it.
          </p>
        )}
        <p class="muted">The visit, written down. Every sentence shows where it was said.</p>
        <label>
          User name
          <input name="username" autocomplete="username" autocapitalize="none" required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {problem.value !== null && (
          <p class="problem" role="alert">
            <Icon name="alert" /> {problem.value}
          </p>
        )}
        <button class="primary" disabled={busy.value}>
          {busy.value ? "Signing in …" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
