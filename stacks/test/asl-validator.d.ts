/** asl-validator's package ships its types where its `main` does not lead to them. */
declare module "asl-validator" {
  export default function validate(definition: object): { isValid: boolean; errors: object[] };
}
