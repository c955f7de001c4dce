import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import {
  Badge,
  BlockStack,
  Box,
  Button,
  Card,
  InlineStack,
  Layout,
  Link,
  List,
  Page,
  Text,
} from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { version } from '../../package.json'
import { withShop } from '../db/db.server.ts'
import { LANGUAGES } from '../i18n/languages.ts'
import { programVersions } from '../loyalty/program/program-store.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { changeSettings } from '../requests/change-settings.server.ts'
import { useChangeSettings } from '../ui/home/use-change-settings.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { LostBanner } from '../ui/kit/lost-banner.tsx'
import { useShop } from '../ui/use-shop.ts'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const [live] = await withShop(shop.shopId, (tx) => programVersions(tx, shop.shopId))
  return { version, guideDismissed: shop.settings.guideDismissed === true, live: live?.version ?? null }
}

export function action({ request }: ActionFunctionArgs) {
  return changeSettings(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Settings() {
  const { t, i18n } = useTranslation('settings')
  const { t: common } = useTranslation()
  const data = useLoaderData<typeof loader>()
  const shop = useShop()
  const { send, busy, lost } = useChangeSettings('/app/settings')
  const facts: [string, string][] = [
    [t('shop.name'), shop.name],
    [t('shop.domain'), shop.domain],
    [t('shop.currency'), shop.currency],
    [t('shop.timeZone'), shop.timeZone],
    [t('shop.taxes'), t(shop.taxesIncluded ? 'shop.taxesIncluded' : 'shop.taxesOnTop')],
    [t('shop.language'), languageName(shop.locale, i18n.language)],
  ]
  return (
    <Page title={t('title')}>
      <Box paddingInline={{ xs: '400', sm: '0' }}>
        <Layout>
          <Layout.AnnotatedSection title={t('shop.title')} description={t('shop.text')}>
            <Card>
              <dl
                style={{
                  margin: 0,
                  display: 'grid',
                  gridTemplateColumns: 'minmax(8rem, auto) 1fr',
                  gap: '0.5rem 1rem',
                }}
              >
                {facts.map(([label, value]) => (
                  <div key={label} style={{ display: 'contents' }}>
                    <dt>
                      <Text as="span" tone="subdued">
                        {label}
                      </Text>
                    </dt>
                    <dd style={{ margin: 0, overflowWrap: 'anywhere' }}>{value}</dd>
                  </div>
                ))}
              </dl>
            </Card>
          </Layout.AnnotatedSection>
          <Layout.AnnotatedSection title={t('languages.title')} description={t('languages.text')}>
            <Card>
              <InlineStack gap="200">
                {LANGUAGES.map((language) => (
                  <Badge key={language}>{common(`language.${language}`)}</Badge>
                ))}
              </InlineStack>
            </Card>
          </Layout.AnnotatedSection>
          <Layout.AnnotatedSection title={t('program.title')} description={t('program.text')}>
            <Card>
              <BlockStack gap="200">
                <Text as="p">
                  {data.live === null ? t('program.none') : t('program.live', { version: data.live })}
                </Text>
                <Link url="/app/program/rules">{t('program.rules')}</Link>
                {lost && <LostBanner why={lost} repeatable />}
                {data.guideDismissed && (
                  <InlineStack>
                    <Button loading={busy} onClick={() => send({ guideDismissed: false })}>
                      {t('program.showGuide')}
                    </Button>
                  </InlineStack>
                )}
              </BlockStack>
            </Card>
          </Layout.AnnotatedSection>
          <Layout.AnnotatedSection title={t('privacy.title')} description={t('privacy.text')}>
            <Card>
              <List>
                {(['ids', 'names', 'orders', 'requests', 'uninstall', 'nobody'] as const).map((line) => (
                  <List.Item key={line}>{t(`privacy.${line}`)}</List.Item>
                ))}
              </List>
            </Card>
          </Layout.AnnotatedSection>
          <Layout.AnnotatedSection title={t('about.title')} description={t('about.text')}>
            <Card>
              <BlockStack gap="200">
                <Text as="p">{t('about.version', { version: data.version })}</Text>
                <Text as="p">{t('about.licence')}</Text>
                <Text as="p" tone="subdued">
                  {t('about.docs')}
                </Text>
              </BlockStack>
            </Card>
          </Layout.AnnotatedSection>
        </Layout>
      </Box>
      <Box paddingBlockEnd="800" />
    </Page>
  )
}

/** "Deutsch" for "de"; what the browser has no name for stays as it is. */
function languageName(code: string, language: string): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(code) ?? code
}
