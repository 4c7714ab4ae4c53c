import type { NewOrderLine, ProductToOrder } from "@billpost/db/orders-place";
import type { OrderDiscount } from "@billpost/db/schema";
import { maxAmountMinor, numberToMinor } from "@billpost/domain/currency";
import { type Pricing, priceLines } from "@billpost/domain/pricing";
import { million, mulDiv, multiply, sum } from "@billpost/domain/rounding";
import { percentToPpm } from "@billpost/domain/tax-rate";
import { type FieldError, refusal } from "../http/problems.ts";
import type { NewOrderInput } from "../schemas/orders.ts";

export interface ComposedOrder {
  readonly currency: string;
  readonly lines: readonly NewOrderLine[];
  readonly discounts: readonly OrderDiscount[];
  readonly pricing: Pricing;
}

/**
 * Prices what is asked for from the catalogue as it is now. Refuses unknown and archived products, several
 * currencies, discounts beyond the lines, and totals beyond what is exact.
 */
export const composeOrder = (
  input: NewOrderInput,
  products: ReadonlyMap<number, ProductToOrder>,
  defaultRatePpm: number,
): ComposedOrder => composeItems(findProducts(input.items, products), input.discounts ?? [], defaultRatePpm);

/** A product as it is sold on a line, and how many of it. */
export interface OrderedItem {
  readonly product: ProductToOrder;
  readonly quantity: number;
}

/** Prices lines whose products are known: currency, discounts, tax and totals. Refuses as `composeOrder` does. */
export const composeItems = (
  items: readonly OrderedItem[],
  discountsGiven: NonNullable<NewOrderInput["discounts"]>,
  defaultRatePpm: number,
): ComposedOrder => {
  const currency = oneCurrency(items.map(({ product }) => product.currency));
  try {
    const total = sum(items.map(({ quantity, product }) => multiply(quantity, product.unitPriceMinor)));
    const discounts = readDiscounts(discountsGiven, total, currency);
    const discountMinor = sum(discounts.map(({ amountMinor }) => amountMinor));
    if (discountMinor > total)
      throw refusal("discount_too_large", "The discounts are more than the lines.", {
        errors: [fieldError("/discounts", "discount_too_large", "more than the sum of the lines")],
      });
    const pricing = priceLines(
      items.map(({ quantity, product }) => ({
        ...product,
        quantity,
        taxRatePpm: product.taxRatePpm ?? defaultRatePpm,
      })),
      discountMinor,
    );
    if (pricing.grossMinor > maxAmountMinor) throw new RangeError("amount too large");
    const lines = items.map(({ product, quantity }, index) => ({
      lineNumber: index + 1,
      product,
      quantity,
      ...(pricing.lines[index] as Pricing["lines"][number]),
    }));
    return { currency, lines, discounts, pricing };
  } catch (error) {
    if (error instanceof RangeError)
      throw refusal("amount_too_large", "The order's total is more than the system can hold exactly.");
    throw error;
  }
};

/** A mistake in the request's body. */
export const fieldError = (
  pointer: string,
  code: string,
  detail: string,
  more: Partial<FieldError> = {},
): FieldError => ({
  in: "body",
  pointer,
  code,
  detail,
  ...more,
});

/** The products of lines, in their order; refuses those that are unknown and, unless `past`, those that are archived. */
export const findProducts = (
  items: NewOrderInput["items"],
  products: ReadonlyMap<number, ProductToOrder>,
  { past = false }: { readonly past?: boolean } = {},
): OrderedItem[] => {
  const wrong = (
    code: "unknown_product" | "product_archived",
    detail: string,
    is: (id: number) => boolean,
  ) => {
    const errors = items.flatMap(({ productId }, index) =>
      is(productId) ? [fieldError(`/items/${index}/productId`, code, detail, { productId })] : [],
    );
    if (errors.length > 0) throw refusal(code, `${errors.length} of the lines: ${detail}.`, { errors });
  };
  wrong("unknown_product", "no product of this id", (id) => !products.has(id));
  if (!past)
    wrong("product_archived", "can no longer be ordered", (id) => products.get(id)?.archived === true);
  return items.map(({ productId, quantity }) => ({
    product: products.get(productId) as ProductToOrder,
    quantity,
  }));
};

const oneCurrency = (all: readonly string[]): string => {
  const currencies = [...new Set(all)];
  if (currencies.length > 1)
    throw refusal("currency_mismatch", "An order is in one currency.", { currencies });
  return currencies[0] ?? "";
};

/** The discounts of a sum of lines, each as an amount. */
export const readDiscounts = (
  discounts: NonNullable<NewOrderInput["discounts"]>,
  totalMinor: number,
  currency: string,
): OrderDiscount[] =>
  discounts.map(({ label, amount, percent }, index) => {
    const pointer = `/discounts/${index}`;
    if ((amount === undefined) === (percent === undefined))
      throw invalid(fieldError(pointer, "wrong_count", "must have either amount or percent"));
    if (percent !== undefined) {
      const ppm = percentToPpm(percent);
      if (ppm === undefined)
        throw invalid(fieldError(`${pointer}/percent`, "wrong_format", "must have at most four decimals"));
      return { label, amountMinor: mulDiv(totalMinor, ppm, million) };
    }
    const amountMinor = numberToMinor(amount ?? 0, currency);
    if (amountMinor === undefined)
      throw refusal("too_many_decimals", `${currency} has fewer decimals, or the amount is too large.`, {
        errors: [fieldError(`${pointer}/amount`, "too_many_decimals", "not an amount of the currency")],
      });
    return { label, amountMinor };
  });

/** The refusal of a request for one mistake. */
export const invalid = (error: FieldError) =>
  refusal("validation_failed", "The request is not of the form that this route takes.", { errors: [error] });
