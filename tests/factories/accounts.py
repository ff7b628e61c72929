"""People with an account."""

import factory
from allauth.account.models import EmailAddress

from weintl.accounts.models import User

PASSWORD = "a long enough phrase"


class CustomerFactory(factory.django.DjangoModelFactory):
    """A shopper who has confirmed the address; the password is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"shopper{n}@example.org")

    @factory.post_generation
    def is_confirmed(self, create, extracted, **kwargs):
        self.set_password(PASSWORD)
        self.save(update_fields=["password"])
        confirmed = extracted is not False
        EmailAddress.objects.create(user=self, email=self.email, verified=confirmed, primary=True)
