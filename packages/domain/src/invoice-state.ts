/**
 * What an issued invoice is, judged by what was given back of it. No table holds it: an issued invoice does
 * not change, so its state is derived from `invoice_line_credits`. A credit note is always `issued`.
 */
export type InvoiceState = "issued" | "partially_credited" | "credited";

/** The ways from one state to another, each with what brings it about. Nothing is ever given back twice. */
export const invoiceTransitions: Readonly<
  Record<InvoiceState, readonly { readonly to: InvoiceState; readonly when: string }[]>
> = {
  issued: [
    { to: "partially_credited", when: "a credit note gives back a part" },
    { to: "credited", when: "a credit note gives back everything" },
  ],
  partially_credited: [
    { to: "partially_credited", when: "a credit note gives back more" },
    { to: "credited", when: "a credit note gives back the rest" },
  ],
  credited: [],
};

export const invoiceStates = Object.keys(invoiceTransitions) as readonly InvoiceState[];

/** The state of an invoice by its lines. Without credited lines, as for a credit note, it is `issued`. */
export const invoiceState = (
  lines: readonly { readonly quantity: number; readonly creditedQuantity: number }[],
): InvoiceState => {
  if (lines.every(({ creditedQuantity }) => creditedQuantity === 0)) return "issued";
  return lines.every(({ quantity, creditedQuantity }) => creditedQuantity === quantity)
    ? "credited"
    : "partially_credited";
};
