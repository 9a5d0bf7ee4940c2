export function renderApiPage(): { readonly page: string; readonly hidden: readonly string[] };
