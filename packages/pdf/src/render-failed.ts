/**
 * Why a render did not give a PDF. `crashed`, `timeout` and `browser_gone` concern this render alone and are
 * worth a retry; `left_document` means that the document itself made the page go elsewhere.
 */
export type RenderFailure = "crashed" | "timeout" | "browser_gone" | "left_document";

/** One render failed; its page was thrown away and the next render gets a fresh one. */
export class RenderFailed extends Error {
  override readonly name = "RenderFailed";
  readonly kind: RenderFailure;

  constructor(kind: RenderFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}
