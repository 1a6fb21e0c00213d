"""Messages by time; a search that walks the newest where a word is common."""

from django.db import migrations, models

from apps.chat import newest_sql


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_languages")]

    operations = [
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["posted_at"],
                condition=models.Q(kind="message"),
                name="chat_message_by_time",
            ),
        ),
        migrations.RunSQL(newest_sql.SEARCH_FUNCTION, newest_sql.DROP),
    ]
