import type { Column, TypeReason } from "./dataset.ts";

/** A column's report without any value of it. */
export function hideValues({ reason, converted, ...column }: Column): Column {
  const unread = converted?.unread;
  return {
    ...column,
    example: null,
    least: null,
    greatest: null,
    reason: withoutValues(reason),
    ...(converted && { converted: { ...converted, ...(unread && { unread: withoutValues(unread) }) } }),
  };
}

function withoutValues<T extends Pick<TypeReason, "value" | "other">>(evidence: T): Omit<T, "value" | "other"> {
  const { value: _value, other: _other, ...rest } = evidence;
  return rest;
}
