using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Text;

/// <summary>Writes a conversation in a model's style. Marks are written as tokens, texts as text: no message can spell a mark.</summary>
internal sealed class ChatWriter(ChatStyle style, BpeVocabulary vocabulary, IWordCoder coder)
{
    /// <summary>The style that a vocabulary's marks show.</summary>
    public static ChatStyle StyleOf(BpeVocabulary vocabulary, bool mistral) =>
        vocabulary.Marks.ContainsKey("<|start_header_id|>") && vocabulary.Marks.ContainsKey("<|end_header_id|>") && vocabulary.Marks.ContainsKey("<|eot_id|>") ? ChatStyle.Llama3
        : vocabulary.Marks.ContainsKey("<|im_start|>") && vocabulary.Marks.ContainsKey("<|im_end|>") ? ChatStyle.ChatMl
        : mistral || vocabulary.Marks.ContainsKey("[INST]") ? ChatStyle.Mistral
        : ChatStyle.Plain;

    /// <summary>Tokens up to where the reply begins.</summary>
    public int[] Write(IReadOnlyList<ChatMessage> conversation)
    {
        var tokens = new List<int>();
        if (vocabulary.Begin is { } begin)
        {
            tokens.Add(begin);
        }

        switch (style)
        {
            case ChatStyle.Llama3:
                foreach (var message in conversation)
                {
                    Header(message.Role, tokens);
                    coder.Encode(message.Content.Trim(), tokens);
                    tokens.Add(vocabulary.Marks["<|eot_id|>"]);
                }

                Header("assistant", tokens);
                break;
            case ChatStyle.ChatMl:
                foreach (var message in conversation)
                {
                    tokens.Add(vocabulary.Marks["<|im_start|>"]);
                    coder.Encode($"{message.Role}\n{message.Content}", tokens);
                    tokens.Add(vocabulary.Marks["<|im_end|>"]);
                    coder.Encode("\n", tokens);
                }

                tokens.Add(vocabulary.Marks["<|im_start|>"]);
                coder.Encode("assistant\n", tokens);
                break;
            case ChatStyle.Mistral:
                Mistral(conversation, tokens);
                break;
            default:
                coder.Encode(string.Concat(conversation.Select(m => $"{m.Role}: {m.Content}\n")) + "assistant:", tokens);
                break;
        }

        return [.. tokens];
    }

    private void Header(string role, List<int> tokens)
    {
        tokens.Add(vocabulary.Marks["<|start_header_id|>"]);
        coder.Encode(role, tokens);
        tokens.Add(vocabulary.Marks["<|end_header_id|>"]);
        coder.Encode("\n\n", tokens);
    }

    // A system message has no place of its own: it leads the instruction that follows it.
    private void Mistral(IReadOnlyList<ChatMessage> conversation, List<int> tokens)
    {
        var system = "";
        foreach (var message in conversation)
        {
            switch (message.Role)
            {
                case "system":
                    system += message.Content + "\n\n";
                    break;
                case "assistant":
                    coder.Encode(message.Content, tokens);
                    Mark("</s>", tokens);
                    break;
                default:
                    Instruct(system + message.Content, tokens);
                    system = "";
                    break;
            }
        }

        if (system.Length > 0)
        {
            Instruct(system.TrimEnd('\n'), tokens);
        }
    }

    private void Instruct(string text, List<int> tokens)
    {
        if (vocabulary.Marks.TryGetValue("[INST]", out var begin) && vocabulary.Marks.TryGetValue("[/INST]", out var end))
        {
            tokens.Add(begin);
            coder.Encode(text, tokens);
            tokens.Add(end);
            return;
        }

        coder.Encode($"[INST] {text} [/INST]", tokens);
    }

    private void Mark(string mark, List<int> tokens)
    {
        if (vocabulary.Marks.TryGetValue(mark, out var id) || vocabulary.Ids.TryGetValue(mark, out id))
        {
            tokens.Add(id);
        }
    }
}
