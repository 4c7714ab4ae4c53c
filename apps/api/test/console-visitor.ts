import { developmentKey, type TestApi } from "./api.ts";

export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

/** Someone at the console without a browser: cookies by hand, redirects not followed. */
export interface Visitor {
  /** Name and value, as the browser would send it. */
  readonly cookie: string;
  readonly setCookie: string;
  get(path: string): Promise<Shown>;
  /** Sends a form as its page would; `headers` and `token` can be bent. */
  post(
    path: string,
    fields?: Readonly<Record<string, string>>,
    bent?: { readonly headers?: Readonly<Record<string, string>>; readonly token?: string | undefined },
  ): Promise<Shown>;
}

type Address = Pick<TestApi, "url">;

const shown = async (response: Response): Promise<Shown> => ({
  status: response.status,
  headers: response.headers,
  html: await response.text(),
});

/** Sends the sign-in form. */
export const trySignIn = async (
  { url }: Address,
  key: string,
  {
    next = "",
    headers = {},
  }: { readonly next?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Shown> =>
  shown(
    await fetch(`${url}/console/sign-in`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: url, ...headers },
      body: new URLSearchParams({ key, next }),
    }),
  );

/** Signs in with a key, by default the development key, which may act. */
export const signIn = async (api: Address, key: string = developmentKey): Promise<Visitor> => {
  const { url } = api;
  const reply = await trySignIn(api, key);
  const setCookie = reply.headers.getSetCookie().find((text) => text.startsWith("billpost_console=")) ?? "";
  const cookie = setCookie.split(";", 1)[0] ?? "";
  if (reply.status !== 303 || cookie === "") throw new Error(`not signed in: ${reply.status} ${reply.html}`);
  const get = async (path: string) =>
    shown(await fetch(`${url}${path}`, { redirect: "manual", headers: { cookie } }));
  const token = async () =>
    /name="_token" value="([^"]+)"/.exec((await get("/console/orders")).html)?.[1] ?? "";
  return {
    cookie,
    setCookie,
    get,
    post: async (path, fields = {}, bent = {}) =>
      shown(
        await fetch(`${url}${path}`, {
          method: "POST",
          redirect: "manual",
          headers: { cookie, origin: url, ...bent.headers },
          body: new URLSearchParams({
            ...fields,
            _token: "token" in bent ? (bent.token ?? "") : await token(),
          }),
        }),
      ),
  };
};
