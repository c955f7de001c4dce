/** Product pictures drawn in code: one simple drawing per kind of thing, tinted per product. */
import { Hono } from 'hono'
import type { PracticeContext } from '../context.ts'
import type { Product } from '../model.ts'

/** Mixes a #rrggbb colour with another; `amount` 0 keeps it, 1 gives the other. */
export function mix(color: string, other: string, amount: number): string {
  const channel = (text: string, index: number) =>
    Number.parseInt(text.slice(1 + index * 2, 3 + index * 2), 16)
  return `#${[0, 1, 2]
    .map((index) => Math.round(channel(color, index) * (1 - amount) + channel(other, index) * amount))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`
}

interface Paint {
  tint: string
  light: string
  dark: string
  paper: string
}

type Drawing = (paint: Paint) => string

const rect = (x: number, y: number, w: number, h: number, fill: string, radius = 0) =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${radius}" fill="${fill}"/>`
const path = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`
const line = (d: string, stroke: string, width = 4) =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`
const ellipse = (cx: number, cy: number, rx: number, ry: number, fill: string) =>
  `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${fill}"/>`

const DRAWINGS: Record<string, Drawing> = {
  bag: (p) =>
    path('M110 120 L118 70 H202 L210 120 V262 Q210 272 200 272 H120 Q110 272 110 262Z', p.tint) +
    rect(112, 62, 96, 18, p.dark, 4) +
    rect(128, 142, 64, 84, p.paper, 4) +
    ellipse(160, 176, 13, 19, p.dark) +
    line('M160 160 Q152 176 160 192', p.light, 3) +
    rect(140, 208, 40, 5, p.tint, 2),
  tin: (p) =>
    rect(104, 110, 112, 158, p.tint, 10) +
    ellipse(160, 110, 56, 17, p.dark) +
    ellipse(160, 104, 52, 14, p.light) +
    rect(104, 158, 112, 62, p.paper) +
    line('M160 206 V178', p.dark, 3) +
    path('M160 186 Q140 182 138 166 Q158 166 160 186Z', p.tint) +
    path('M160 180 Q180 176 182 162 Q162 162 160 180Z', p.light),
  jar: (p) =>
    rect(112, 108, 96, 158, mix(p.tint, '#ffffff', 0.2), 20) +
    rect(118, 132, 84, 128, p.tint, 16) +
    rect(108, 84, 104, 34, p.dark, 6) +
    rect(112, 164, 96, 58, p.paper) +
    line('M132 184 H188', p.tint) +
    line('M142 202 H178', p.light),
  bottle: (p) =>
    path(
      'M142 60 H178 V118 Q204 138 204 166 V262 Q204 272 194 272 H126 Q116 272 116 262 V166 Q116 138 142 118Z',
      p.tint,
    ) +
    rect(138, 46, 44, 26, p.dark, 5) +
    rect(116, 178, 88, 62, p.paper) +
    ellipse(152, 208, 9, 13, p.tint) +
    ellipse(172, 204, 9, 13, p.light) +
    line('M152 194 Q162 184 172 190', p.dark, 3),
  bar: (p) =>
    rect(104, 72, 112, 196, p.paper, 4) +
    rect(104, 132, 112, 136, p.tint, 4) +
    [0, 1, 2]
      .map((row) =>
        [0, 1].map((column) => rect(116 + column * 46, 146 + row * 40, 40, 32, p.light, 3)).join(''),
      )
      .join('') +
    line('M124 100 H196', p.tint),
  board: (p) =>
    rect(84, 112, 152, 156, p.tint, 18) +
    rect(142, 58, 36, 70, p.tint, 14) +
    ellipse(160, 80, 8, 8, p.paper) +
    line('M104 150 H216', p.light, 3) +
    line('M104 186 Q160 176 216 190', p.light, 3) +
    line('M104 226 H216', p.light, 3),
  knife: (p) =>
    path('M74 214 L206 92 Q226 84 222 106 Q196 176 96 226Z', '#c9d0d4') +
    line('M92 214 L212 106', '#eef1f2', 3) +
    path('M208 96 L240 60 Q252 52 258 64 Q260 74 250 82 L222 112Z', p.tint) +
    ellipse(238, 78, 3.5, 3.5, p.paper),
  pan: (p) =>
    line('M212 190 L278 232', p.dark, 16) +
    ellipse(148, 170, 88, 78, p.tint) +
    ellipse(148, 164, 72, 62, p.dark) +
    line('M100 150 Q120 116 160 112', p.light, 4),
  pot: (p) =>
    path('M110 150 Q104 260 160 262 Q216 260 210 150Z', p.paper) +
    path('M204 170 Q256 160 240 220 Q230 244 204 236 L206 222 Q226 226 228 206 Q230 186 206 190Z', p.tint) +
    path('M116 164 L72 150 Q66 156 72 164 L112 206Z', p.paper) +
    path('M122 150 L134 92 H186 L198 150Z', p.tint) +
    ellipse(160, 92, 26, 8, p.dark) +
    line('M110 150 H210', p.dark, 5),
  cup: (p) =>
    path('M100 130 H200 V226 Q200 254 172 254 H128 Q100 254 100 226Z', p.paper) +
    path('M100 186 H200 V226 Q200 254 172 254 H128 Q100 254 100 226Z', p.tint) +
    `<path d="M200 152 Q242 150 238 188 Q234 218 200 216" fill="none" stroke="${p.tint}" stroke-width="14"/>` +
    ellipse(150, 130, 50, 12, p.dark) +
    line('M132 106 Q124 94 132 82', p.light, 4) +
    line('M160 102 Q152 88 160 74', p.light, 4),
  bowl: (p) =>
    path('M66 150 H254 Q248 246 160 250 Q72 246 66 150Z', p.tint) +
    path('M90 126 H230 Q226 150 160 152 Q94 150 90 126Z', p.light) +
    path('M110 104 H210 Q206 126 160 128 Q114 126 110 104Z', p.paper) +
    rect(124, 248, 72, 12, p.dark, 4),
  towel: (p) =>
    rect(98, 84, 92, 186, p.paper, 4) +
    rect(126, 68, 98, 188, p.tint, 4) +
    [92, 112].map((y) => rect(126, y, 98, 7, p.light)).join('') +
    [214, 230].map((y) => rect(126, y, 98, 7, p.paper)).join('') +
    line('M174 68 V54', p.dark, 5),
  spoons: (p) =>
    [
      [118, p.dark],
      [160, p.tint],
      [202, p.light],
    ]
      .map(
        ([x, fill]) =>
          ellipse(Number(x), 104, 20, 30, String(fill)) + rect(Number(x) - 5, 124, 10, 146, String(fill), 5),
      )
      .join(''),
  cushion: (p) =>
    path('M84 96 Q160 112 236 96 Q222 172 238 252 Q160 236 82 252 Q98 172 84 96Z', p.tint) +
    line('M104 116 Q160 126 216 116', p.light, 3) +
    line('M104 232 Q160 222 216 232', p.light, 3) +
    line('M112 150 L208 198 M112 198 L208 150', p.light, 3),
  blanket: (p) =>
    rect(70, 118, 180, 126, p.tint, 16) +
    rect(70, 158, 180, 12, p.light) +
    rect(70, 200, 180, 12, p.paper) +
    [82, 106, 130, 154, 178, 202, 226].map((x) => line(`M${x} 246 V270`, p.dark, 4)).join(''),
  candle: (p) =>
    rect(106, 150, 108, 118, p.tint, 12) +
    ellipse(160, 150, 54, 14, p.paper) +
    line('M160 148 V126', p.dark, 4) +
    path('M160 76 Q184 108 160 130 Q136 108 160 76Z', '#e8b04a') +
    path('M160 98 Q172 114 160 126 Q148 114 160 98Z', '#fff3cf') +
    rect(124, 186, 72, 46, p.paper, 3) +
    line('M138 204 H182', p.tint, 3),
  vase: (p) =>
    line('M160 128 Q150 80 128 58 M160 128 Q166 86 192 52 M160 128 Q160 90 160 48', '#6f8a5a', 4) +
    ellipse(128, 56, 12, 16, p.light) +
    ellipse(192, 50, 12, 16, p.dark) +
    ellipse(160, 46, 12, 16, '#d9a23c') +
    path('M138 126 H182 Q180 148 206 178 Q228 236 188 268 H132 Q92 236 114 178 Q140 148 138 126Z', p.tint) +
    line('M118 204 Q160 220 202 204', p.light, 4),
  lamp: (p) =>
    path('M90 152 Q96 72 160 72 Q224 72 230 152Z', p.tint) +
    path('M112 152 Q116 96 160 92', mix(p.tint, '#ffffff', 0.5)) +
    rect(154, 152, 12, 92, p.dark) +
    ellipse(160, 254, 52, 14, p.dark) +
    ellipse(160, 153, 70, 7, '#fff3cf'),
  basket: (p) =>
    `<path d="M96 164 Q96 70 160 70 Q224 70 224 164" fill="none" stroke="${p.dark}" stroke-width="10"/>` +
    path('M78 156 H242 L222 264 H98Z', p.tint) +
    [178, 202, 226, 250]
      .map((y) => line(`M${84 + (y - 160) / 6} ${y} H${236 - (y - 160) / 6}`, p.light, 4))
      .join('') +
    [112, 144, 176, 208].map((x) => line(`M${x} 160 L${160 + (x - 160) * 0.8} 262`, p.dark, 3)).join(''),
  notebook: (p) =>
    rect(98, 68, 132, 200, p.tint, 8) +
    rect(98, 68, 22, 200, p.dark, 6) +
    rect(138, 104, 72, 42, p.paper, 3) +
    line('M150 120 H198', p.tint, 3) +
    rect(206, 68, 7, 200, p.light),
  pen: (p) =>
    `<g transform="rotate(38 160 170)">${rect(146, 56, 28, 128, p.tint, 12)}${rect(143, 100, 34, 8, '#d9b56a')}${rect(148, 184, 24, 40, p.dark)}${path('M148 224 H172 L160 266Z', '#c9d0d4')}${line('M160 236 V260', p.dark, 2)}</g>` +
    line('M70 262 Q110 244 140 262 T206 258', p.dark, 3),
  paper: (p) =>
    rect(92, 76, 116, 160, p.paper, 3) +
    [104, 126, 148, 170].map((y) => line(`M110 ${y} H190`, p.light, 3)).join('') +
    rect(112, 176, 128, 88, p.tint, 4) +
    line('M112 180 L176 226 L240 180', p.paper, 4),
  cards: (p) =>
    `<g transform="rotate(-9 160 170)">${rect(92, 96, 120, 160, p.light, 5)}</g><g transform="rotate(7 160 170)">${rect(104, 88, 124, 164, p.paper, 5)}${path('M116 216 L150 156 L178 200 L196 176 L216 216Z', p.tint)}${ellipse(190, 122, 14, 14, '#e0b04a')}</g>`,
  pencils: (p) =>
    [0, 1, 2, 3, 4, 5]
      .map((index) => {
        const x = 92 + index * 24
        const fill = [p.tint, p.dark, p.light][index % 3] as string
        return (
          rect(x, 112, 18, 152, fill) +
          path(`M${x} 112 L${x + 9} 76 L${x + 18} 112Z`, '#ead9bf') +
          path(`M${x + 6} 88 L${x + 9} 76 L${x + 12} 88Z`, p.dark)
        )
      })
      .join(''),
  box: (p) =>
    rect(84, 148, 152, 118, p.tint, 6) +
    rect(76, 118, 168, 38, p.dark, 6) +
    rect(150, 118, 20, 148, p.paper) +
    path('M160 118 Q110 104 118 76 Q146 70 160 118Z', p.paper) +
    path('M160 118 Q210 104 202 76 Q174 70 160 118Z', p.light),
  calendar: (p) =>
    rect(78, 70, 164, 198, p.tint, 8) +
    [0, 1, 2, 3, 4]
      .map((row) =>
        [0, 1, 2, 3]
          .map((column) =>
            rect(
              92 + column * 36,
              84 + row * 36,
              28,
              28,
              (row * 3 + column * 5) % 4 === 0 ? p.paper : (row + column) % 2 ? p.dark : p.light,
              3,
            ),
          )
          .join(''),
      )
      .join(''),
  giftcard: (p) =>
    rect(62, 112, 196, 126, p.tint, 14) +
    rect(62, 146, 196, 18, p.dark) +
    path('M204 198 Q180 190 186 174 Q200 172 204 198Z', p.paper) +
    path('M204 198 Q228 190 222 174 Q208 172 204 198Z', p.paper) +
    rect(84, 188, 72, 8, p.light, 4) +
    rect(84, 206, 48, 8, p.light, 4),
}

export const DRAWING_NAMES = Object.keys(DRAWINGS)

/** A square SVG, 320 units wide. Throws for a drawing that does not exist, with the names of those that do. */
export function productPicture(product: Pick<Product, 'picture' | 'pictureTint'>): string {
  const draw = DRAWINGS[product.picture]
  if (!draw) throw new Error(`No drawing "${product.picture}"; there are ${DRAWING_NAMES.join(', ')}`)
  const tint = product.pictureTint
  const paint = { tint, light: mix(tint, '#ffffff', 0.45), dark: mix(tint, '#20242a', 0.5), paper: '#faf6ee' }
  const ground = mix(tint, '#f7f2e8', 0.82)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" role="img"><rect width="320" height="320" fill="${ground}"/><ellipse cx="160" cy="274" rx="108" ry="12" fill="${mix(tint, '#f7f2e8', 0.62)}"/>${draw(paint)}</svg>`
}

export function pictureRoutes(context: PracticeContext): Hono {
  const routes = new Hono()
  routes.get('/images/products/:file{.+\\.svg}', (c) => {
    const handle = c.req.param('file').slice(0, -4)
    const product = context.store.products.find((one) => one.handle === handle)
    if (!product) return c.notFound()
    return c.body(productPicture(product), 200, {
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'public, max-age=3600',
    })
  })
  return routes
}
