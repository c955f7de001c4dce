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
import { LANGUAGES } from '../../i18n/languages.ts'
import type { SettingsView } from '../../loyalty/pages/open-admin.ts'
import { LostBanner } from '../kit/lost-banner.tsx'
import { PageText } from '../page-text.tsx'
import { useShop } from '../use-shop.ts'
import { useChangeSettings } from './use-change-settings.ts'

export function SettingsPage(data: SettingsView & { version: string }) {
  const { t, i18n } = useTranslation('settings')
  const { t: common } = useTranslation()
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
      <PageText>
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
      </PageText>
      <Box paddingBlockEnd="800" />
    </Page>
  )
}

/** "Deutsch" for "de"; what the browser has no name for stays as it is. */
function languageName(code: string, language: string): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(code) ?? code
}
