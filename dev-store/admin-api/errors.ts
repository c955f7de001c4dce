/** Errors as the Admin API words them. */
import { GraphQLError, type GraphQLErrorOptions } from 'graphql'

const SCOPES_DOCUMENTATION = 'https://shopify.dev/api/usage/access-scopes'

/** The app lacks the access that a field asks for. */
export function accessDenied(fieldName: string, requiredAccess: string): GraphQLError {
  return new GraphQLError(`Access denied for ${fieldName} field. Required access: ${requiredAccess}`, {
    extensions: { code: 'ACCESS_DENIED', documentation: SCOPES_DOCUMENTATION, requiredAccess },
  })
}

export function badRequest(message: string, options: GraphQLErrorOptions = {}): GraphQLError {
  return new GraphQLError(message, { ...options, extensions: { code: 'BAD_REQUEST' } })
}

/** An id of another kind than the field takes. */
export function invalidId(id: string): GraphQLError {
  return new GraphQLError(`Invalid id: ${id}`, { extensions: { code: 'RESOURCE_NOT_FOUND' } })
}

/** Something that Shopify has and the practice store has not: said, never made up. */
export function notInPracticeStore(coordinate: string): GraphQLError {
  return new GraphQLError(`The practice store has no ${coordinate}: ask for it in dev-store/admin-api`, {
    extensions: { code: 'NOT_IN_PRACTICE_STORE' },
  })
}

/**
 * A document that the schema refuses, with the codes that Shopify's server gives. Where no code of Shopify's is
 * known, the text of graphql-js stands with the code `invalid`.
 */
export function validationError(error: GraphQLError): Record<string, unknown> {
  const { message, extensions } = inShopifysWords(error.message)
  return {
    message,
    locations: error.locations?.map(({ line, column }) => ({ line, column })) ?? [],
    extensions,
  }
}

function inShopifysWords(message: string): { message: string; extensions: Record<string, unknown> } {
  let match = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(message)
  if (match) {
    const [, fieldName, typeName] = match
    return {
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
      extensions: { code: 'undefinedField', typeName, fieldName },
    }
  }
  match = /^Unknown argument "(\w+)" on field "\w+\.(\w+)"/.exec(message)
  if (match) {
    const [, argumentName, name] = match
    return {
      message: `Field '${name}' doesn't accept argument '${argumentName}'`,
      extensions: { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName },
    }
  }
  match = /^Field "(\w+)" argument "(\w+)" of type "[^"]+" is required/.exec(message)
  if (match) {
    const [, name, argument] = match
    return {
      message: `Field '${name}' is missing required arguments: ${argument}`,
      extensions: { code: 'missingRequiredArguments', className: 'Field', name, arguments: argument },
    }
  }
  match = /^Field "(\w+)" of type "([^"]+)" must have a selection of subfields/.exec(message)
  if (match) {
    const [, name, typeName] = match
    return {
      message: `Field must have selections (field '${name}' returns ${typeName} but has no selections. Did you mean '${name} { ... }'?)`,
      extensions: { code: 'selectionMismatch', nodeName: `field '${name}'`, typeName },
    }
  }
  match = /^Variable "\$(\w+)" is never used in operation "(\w+)"/.exec(message)
  if (match) {
    return {
      message: `Variable $${match[1]} is declared by ${match[2]} but not used`,
      extensions: { code: 'variableNotUsed', variableName: match[1] },
    }
  }
  match = /^Variable "\$(\w+)" is not defined by operation "(\w+)"/.exec(message)
  if (match) {
    return {
      message: `Variable $${match[1]} is used by ${match[2]} but not declared`,
      extensions: { code: 'variableNotDefined', variableName: match[1] },
    }
  }
  match = /^Field "(\w+)\.(\w+)" of required type "([^"]+)" was not provided/.exec(message)
  if (match) {
    const [, inputObjectType, argumentName, argumentType] = match
    return {
      message: `Argument '${argumentName}' on InputObject '${inputObjectType}' is required. Expected type ${argumentType}`,
      extensions: {
        code: 'missingRequiredInputObjectAttribute',
        argumentName,
        argumentType,
        inputObjectType,
      },
    }
  }
  return { message, extensions: { code: 'invalid' } }
}
