/** Products and collections: what campaigns and rewards point at. */
import { graphql } from './document.ts'
import type {
  CollectionTitlesQuery,
  CollectionTitlesQueryVariables,
  GoodsLeftQuery,
  GoodsLeftQueryVariables,
  ProductCollectionsQuery,
  ProductCollectionsQueryVariables,
  ProductsCountQuery,
  ProductsCountQueryVariables,
  ProductTitlesQuery,
  ProductTitlesQueryVariables,
  ProductTraitsQuery,
  ProductTraitsQueryVariables,
  SearchCollectionsQuery,
  SearchCollectionsQueryVariables,
  SearchProductsQuery,
  SearchProductsQueryVariables,
  VariantsToGiveQuery,
  VariantsToGiveQueryVariables,
} from './generated/types.ts'

/**
 * What campaigns ask of a product: its collections and tags. At most 50 products a call; `ProductCollections` tells
 * the collections behind the first 50.
 */
export const ProductTraits = graphql<ProductTraitsQuery, ProductTraitsQueryVariables>(/* GraphQL */ `
  query ProductTraits($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Product {
        id
        tags
        isGiftCard
        collections(first: 50) {
          nodes {
            id
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  }
`)

export const ProductCollections = graphql<
  ProductCollectionsQuery,
  ProductCollectionsQueryVariables
>(/* GraphQL */ `
  query ProductCollections($id: ID!, $after: String) {
    product(id: $id) {
      collections(first: 250, after: $after) {
        nodes {
          id
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`)

/** Titles for ids that a program names. */
export const ProductTitles = graphql<ProductTitlesQuery, ProductTitlesQueryVariables>(/* GraphQL */ `
  query ProductTitles($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Product {
        id
        title
        status
      }
    }
  }
`)

/** Titles of variants, and all that must be known of one before a piece of it is given away. */
export const VariantsToGive = graphql<VariantsToGiveQuery, VariantsToGiveQueryVariables>(/* GraphQL */ `
  query VariantsToGive($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on ProductVariant {
        id
        title
        price
        availableForSale
        product {
          title
          status
          isGiftCard
          onlineStoreUrl
          requiresSellingPlan
        }
      }
    }
  }
`)

/** Which of them are there. */
export const GoodsLeft = graphql<GoodsLeftQuery, GoodsLeftQueryVariables>(/* GraphQL */ `
  query GoodsLeft($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
    }
  }
`)

export const CollectionTitles = graphql<CollectionTitlesQuery, CollectionTitlesQueryVariables>(/* GraphQL */ `
  query CollectionTitles($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Collection {
        id
        title
      }
    }
  }
`)

export const SearchProducts = graphql<SearchProductsQuery, SearchProductsQueryVariables>(/* GraphQL */ `
  query SearchProducts($query: String, $first: Int!, $after: String) {
    products(query: $query, first: $first, after: $after, sortKey: TITLE) {
      nodes {
        id
        title
        handle
        status
        tags
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

export const SearchCollections = graphql<
  SearchCollectionsQuery,
  SearchCollectionsQueryVariables
>(/* GraphQL */ `
  query SearchCollections($query: String, $first: Int!, $after: String) {
    collections(query: $query, first: $first, after: $after, sortKey: TITLE) {
      nodes {
        id
        title
        handle
        productsCount {
          count
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

export const ProductsCount = graphql<ProductsCountQuery, ProductsCountQueryVariables>(/* GraphQL */ `
  query ProductsCount {
    productsCount {
      count
      precision
    }
  }
`)
