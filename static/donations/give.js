// Comfort for the give page: sums on the button and beside the card fee. Nothing needs it.
const form = document.querySelector("form[data-rate]");
const { rate, fixed, currency, sign = "$" } = form?.dataset ?? {};
const style = new Intl.NumberFormat(document.documentElement.lang, {
  style: "currency", currency: currency ?? "usd", currencyDisplay: "narrowSymbol",
});
// Two decimals in most currencies; yen have none.
const places = style.resolvedOptions().maximumFractionDigits;
const write = (cents) => style.format(cents / 10 ** places);
const tail = new RegExp(`^(\\d{1,3}(?:[.,]?\\d{3})*|\\d+)(?:[.,](\\d{1,${places || 1}}))?$`);

// Reads what is clear without guessing; the server decides about the rest.
const read = (text) => {
  const bare = text.replace(/[\s'’]/g, "").replace(sign, "");
  const [, whole, cents = ""] = tail.exec(bare) ?? [];
  if (!whole || cents.length > places) return 0;
  return Number(whole.replace(/\D/g, "") + cents.padEnd(places, "0"));
};

const fill = (name, sums) => {
  for (const node of form.querySelectorAll(`[data-${name}]`)) {
    node.textContent = sums.gift
      ? node.dataset[name].replace(/\[(\w+)\]/g, (_, key) => write(sums[key]))
      : node.dataset.plain;
  }
};

const update = () => {
  const { own_amount: own, choice, is_fee_covered: box } = form.elements;
  const gift = own.value.trim() ? read(own.value) : Number(choice?.value ?? 0);
  const fee = Math.ceil(((gift + Number(fixed)) * 1e6) / (1e6 - rate)) - gift;
  const sums = { gift, fee, total: gift + fee };
  fill("fee", sums);
  fill("total", sums);
  fill("give", { gift, total: box.checked ? gift + fee : gift });
};

if (form) {
  for (const node of form.querySelectorAll("[data-fee],[data-total],[data-give]")) {
    node.dataset.plain = node.textContent;
  }
  form.addEventListener("input", update);
  addEventListener("pageshow", update);
}
