/** Attributes that several elements share (gap, padding, border …) → styles on the element itself. */

const SPACES: Record<string, string> = {
  none: '0',
  'small-500': '2px',
  'small-400': '4px',
  'small-300': '6px',
  'small-200': '8px',
  'small-100': '10px',
  small: '12px',
  base: '16px',
  large: '20px',
  'large-100': '24px',
  'large-200': '28px',
  'large-300': '32px',
  'large-400': '40px',
  'large-500': '48px',
}
const RADII: Record<string, string> = {
  none: '0',
  'small-100': '2px',
  small: '4px',
  base: '8px',
  large: '12px',
  'large-100': '16px',
  max: '999px',
}
const BORDERS: Record<string, string> = { none: '0', base: '1px', large: '2px', 'large-100': '3px' }
const BACKGROUNDS: Record<string, string> = {
  base: '#ffffff',
  subdued: '#f6f5f2',
  transparent: 'transparent',
}

export const LAYOUT_ATTRIBUTES = [
  'gap',
  'rowgap',
  'columngap',
  'padding',
  'paddingblock',
  'paddinginline',
  'border',
  'borderradius',
  'background',
  'alignitems',
  'justifycontent',
  'direction',
  'inlinesize',
  'minblocksize',
  'gridtemplatecolumns',
  'gridcolumn',
]

const spaces = (value: string) => value.split(/\s+/).map((word) => SPACES[word] ?? word)

/** Each attribute's styles, in the order in which a narrower one overrides a wider one. */
const STYLES: [attribute: string, style: (value: string) => Record<string, string>][] = [
  ['gap', (value) => ({ gap: spaces(value).join(' ') })],
  ['rowgap', (value) => ({ 'row-gap': spaces(value).join(' ') })],
  ['columngap', (value) => ({ 'column-gap': spaces(value).join(' ') })],
  ['padding', (value) => ({ padding: spaces(value).join(' ') })],
  ['paddingblock', (value) => ({ 'padding-block': spaces(value).join(' ') })],
  ['paddinginline', (value) => ({ 'padding-inline': spaces(value).join(' ') })],
  ['border', (value) => ({ border: border(value) })],
  [
    'borderradius',
    (value) => ({
      'border-radius': value
        .split(/\s+/)
        .map((word) => RADII[word] ?? word)
        .join(' '),
    }),
  ],
  ['background', (value) => ({ background: BACKGROUNDS[value] ?? 'transparent' })],
  ['alignitems', (value) => ({ 'align-items': value })],
  ['justifycontent', (value) => ({ 'justify-content': value })],
  ['inlinesize', (value) => ({ 'inline-size': value })],
  ['minblocksize', (value) => ({ 'min-block-size': value })],
  ['gridtemplatecolumns', (value) => ({ 'grid-template-columns': value })],
  ['gridcolumn', (value) => ({ 'grid-column': value })],
]

/** "base", "base base", "base base dashed": width, colour, style. */
function border(value: string): string {
  const [width = 'none', , style = 'solid'] = value.split(/\s+/)
  return width === 'none' ? '0' : `${BORDERS[width] ?? '1px'} ${style} var(--ui-line, #dcd8d0)`
}

export function applyLayout(element: HTMLElement): void {
  for (const [attribute, style] of STYLES) {
    const value = element.getAttribute(attribute)
    if (value === null) continue
    for (const [property, computed] of Object.entries(style(value)))
      element.style.setProperty(property, computed)
  }
}

const ROLES: Record<string, string> = {
  section: 'region',
  aside: 'complementary',
  header: 'banner',
  footer: 'contentinfo',
  'ordered-list': 'list',
  'unordered-list': 'list',
  'list-item': 'listitem',
  'list-item-separator': 'separator',
  generic: '',
  none: '',
}

/** `accessibilityRole` and `accessibilityLabel` in ARIA's words. A label alone makes a group of it. */
export function applyRole(element: HTMLElement): void {
  const asked = element.getAttribute('accessibilityrole')
  const label = element.getAttribute('accessibilitylabel')
  const role = asked === null ? '' : (ROLES[asked] ?? asked)
  if (role) element.setAttribute('role', role)
  else if (label) element.setAttribute('role', 'group')
  if (label) element.setAttribute('aria-label', label)
}
