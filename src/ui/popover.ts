/** Where a popover opens, seen from its button. */
export type PopoverPlace = { readonly side: 'above' | 'below'; readonly align: 'start' | 'end' };

const GAP_PX = 8;

/**
 * Places an opening popover next to its button: for `@beforetoggle`. Only edges of the button are used, so the popover's own size need not be
 * known; on narrow screens it spans the width.
 */
export function placePopover(event: Event, anchor: HTMLElement, { side, align }: PopoverPlace): void {
  const panel = event.currentTarget;
  if (!(panel instanceof HTMLElement)) return;
  const rect = anchor.getBoundingClientRect();
  const narrow = innerWidth < 480;
  const px = (value: number): string => `${Math.max(GAP_PX, value)}px`;
  panel.style.top = side === 'below' ? px(rect.bottom + GAP_PX) : 'auto';
  panel.style.bottom = side === 'above' ? px(innerHeight - rect.top + GAP_PX) : 'auto';
  panel.style.left = narrow ? px(0) : align === 'start' ? px(rect.left) : 'auto';
  panel.style.right = narrow ? px(0) : align === 'end' ? px(innerWidth - rect.right) : 'auto';
}
