import { api, Refused, type Session } from "./api";
import { el, say } from "./dom";

/** The log-in: a key for a cookie that scripts cannot read. */
export function login(done: (session: Session) => void): HTMLElement {
  const key = el("input", { type: "password", id: "key", autocomplete: "current-password", required: true });
  const problem = el("p", { role: "alert" });
  const form = el(
    "form",
    {
      onsubmit: (e) => {
        e.preventDefault();
        api.login(key.value).then(done, (failure: unknown) => {
          say(problem, failure instanceof Refused ? failure.message : "The log-in failed.");
          key.select();
        });
      },
    },
    el("div", { class: "row" }, el("label", { for: "key" }, "API key")), key,
    el("div", { class: "row" }, el("button", { type: "submit" }, "Log in")), problem,
    el("p", { class: "quiet" }, "Keys are made with `rapidtuner keys create` on the server."));
  queueMicrotask(() => key.focus());
  return el("section", { id: "login", class: "panel", "aria-label": "Log in" }, el("h2", {}, "Log in"), form);
}
