/** [netgiro] testing/provider: the published sandbox account "NETGIRO POST", which is no secret. */
export const sandbox = {
  appId: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  secretKey:
    'YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A=',
} as const
