(* Claims.v - what a problem means, and the soundness of `check_conserved`, of instances and of bracket words.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool Lia FMapPositive Ring_theory Ring InitialRing.
From LawCert Require Import Poly Model Checker Diff.
Import ListNotations.

Lemma entries_rel {A B} (rel : A -> B -> Prop) t t' k :
  Forall2 (Forall2 (Forall2 rel)) t t' -> Forall2 rel (entries t k) (entries t' k).
Proof.
  intros H. unfold entries.
  assert (G : Forall2 (Forall2 rel) (nth k t []) (nth k t' [])) by (apply (nth_rel (Forall2 (Forall2 rel)));
    auto).
  induction G; simpl; [constructor|]. apply Forall2_app; auto.
Qed.
Lemma outputs_rel {A B} (rel : A -> B -> Prop) P t t' :
  Forall2 (Forall2 (Forall2 rel)) t t' -> Forall2 rel (outputs P t) (outputs P t').
Proof.
  intros H. unfold outputs. induction (p_outputs P); simpl; [constructor|].
    apply Forall2_app; auto using entries_rel.
Qed.
Lemma Forall2_in_r {A B} (rel : A -> B -> Prop) l l' y : Forall2 rel l l' -> In y l' -> exists x, In x l /\
  rel x y.
Proof.
  intros H. induction H; intros [].
  - subst. eexists; split; [left|]; eauto.
  - destruct (IHForall2 H1) as (z & ? & ?). exists z. split; [right|]; auto.
Qed.

Lemma is_nil_ok_ring {R : cring} (p : poly) (e : positive -> R) : is_nil p = true -> peval R e p = c0.
Proof. destruct p; [reflexivity|discriminate]. Qed.
Lemma last_rel {A B} (R : A -> B -> Prop) da db l l' : R da db -> Forall2 R l l' ->
  R (last l da) (last l' db).
Proof. intros D H. induction H as [|x y l l' Hxy HF IH]; simpl; auto. destruct HF; auto. Qed.
Lemma all_some_in {A B} (f : A -> option B) l l' x : all_some (map f l) = Some l' -> In x l ->
  exists y, f x = Some y /\ In y l'.
Proof.
  intros H Hx. apply all_some_spec in H.
    assert (G : In (f x) (map Some l')) by (rewrite <- H; apply in_map; auto).
  apply in_map_iff in G as (y & E & Hy). eauto.
Qed.
Lemma all_some_app {A} (l m : list (option A)) k : all_some (l ++ m) = Some k ->
  exists a b, all_some l = Some a /\ all_some m = Some b /\ k = a ++ b.
Proof.
  revert k. induction l as [|[x|] l IH]; intros k H; simpl in *; try discriminate; [eauto|].
  destruct (all_some (l ++ m)) eqn:E; [|discriminate]. destruct (IH _ eq_refl) as (a & b & Ha & Hb & ->).
  injection H as <-. rewrite Ha. simpl. eauto.
Qed.
Section Ring.
  Variable R : qalg.
  Open Scope cring_scope.
  Add Ring RR0 : (cth R).
  Lemma scale_means_ring rho q f x y : means R rho q x -> means R rho f y ->
    means R rho (fr_scale q f) (x * y).
  Proof.
    unfold means, fr_scale. cbn [fst snd]. rewrite !ev_times. intros H G U.
    destruct (unit_mul R _ _ U) as [U1 U2]. rewrite <- (H U1), <- (G U2). ring.
  Qed.
  Lemma law_ok_ring rho leaf e l : (forall a, means R rho (leaf a) (e a)) ->
    means R rho (law_frac l leaf) (law_value (sem_ops R e) l).
  Proof.
    intros H. unfold law_frac, law_value, entry. apply (nth_rel (means R rho)).
    - intros _. cbn [o0 frac_ops sem_ops fst snd peval]. ring.
    - apply (nth_rel (Forall2 (means R rho))); [constructor|].
      apply last_rel; [constructor|]. apply expansion_ok, H.
  Qed.
End Ring.

Section Claims.
  Variable F : dring.
  Variable P : problem.
  Open Scope cring_scope.
  Add Ring RG : (cth F).
  Notation n := (p_dim P).
  Notation pev := (peval F).
  Notation inj := (phi F).

  (* The network itself: the values of all its nodes, when the variables have the values e. *)
  Definition values (e : positive -> F) : list (list (list F)) := run (sem_ops F e) (p_prog P) [].
  (* <grad h, G grad f>: the derivative of h along the member that the output f gives (G: wires and
     weights) *)
  Definition along (e : positive -> F) (f h : F) : F :=
    ssum F (zip pair (p_wires P) (weights P 1 (values e))) (fun t => snd t * pd (fst (fst t)) f * pd (snd
      (fst t)) h).
  Definition along_raw (e : positive -> F) (k : nat) (h : F) : F :=
    ssum F (zip pair (vars n) (entries (values e) k)) (fun t => snd t * pd (fst t) h).
  (* frozen constants have the values fz *)
  Definition assignment (fz e : positive -> F) : Prop :=
    admissible F n e /\ forall a, is_state n a = false -> known P a = true -> e a = fz a.
  (* h is conserved: along every output, at every constant value of the inputs and gates; along every raw
     field *)
  Definition conserved (fz : positive -> F) (h : F) : Prop := forall e, assignment fz e ->
    (forall f, In f (outputs P (values e)) -> along e f h = 0) /\
    (forall k, In k (p_raw P) -> along_raw e k h = 0).

  (* ---------------------------------------------------------------- members *)
  Section Members.
  Variables rho e : positive -> F.
  Variable leaf : positive -> frac.
  Hypothesis Hrho : admissible F n rho.
  Hypothesis Hleaf : forall a, means F rho (leaf a) (e a).
  Notation t := (expand P leaf).
  Lemma tape_ok : Forall2 (Forall2 (Forall2 (means F rho))) t (values e).
  Proof. exact (expansion_ok F rho leaf e (p_prog P) Hleaf). Qed.
  Definition sem_gradient (f : F) : list (positive * F) :=
    zip (fun w q => (snd w, q * pd (fst w) f)) (p_wires P) (weights P 1 (values e)).
  Lemma sem_gradient_along f h : pairing F (sem_gradient f) h = along e f h.
  Proof.
    unfold sem_gradient, along, pairing. generalize (weights P 1 (values e)). generalize (p_wires P).
    induction l as [|w l IH]; intros [|q ws]; cbn [zip ssum fst snd]; try reflexivity. rewrite IH.
      reflexivity.
  Qed.
  Lemma weights_ok : Forall2 (means F rho) (weights P (one, one) t) (weights P 1 (values e)).
  Proof.
    unfold weights. destruct (p_weights P); [apply entries_rel, tape_ok|].
    induction (p_wires P); simpl; constructor; auto. unfold means. cbn [fst snd]. rewrite ev_one. intros _.
      ring.
  Qed.
  Lemma pd_means f x a : means F rho f x -> constant_den f = true -> is_state n a = true ->
    means F rho (diff a (fst f), snd f) (pd a x).
  Proof.
    unfold means, constant_den. intros H C Ha. cbn [fst snd].
      destruct (constant (snd f)) as [z|] eqn:E; [|discriminate].
    apply constant_spec in E as [E Hz]. rewrite <- (pd_ev F n rho a (fst f) Hrho Ha).
    rewrite E in *. cbn [peval meval] in *. intros U. rewrite <- (H U), pd_mul.
    replace (pd a (inj z * 1 + 0)) with (0 : F); [ring|].
    replace (inj z * 1 + 0) with (inj z) by ring. rewrite pd_inj. reflexivity.
  Qed.
  Lemma gradient_ok f x : means F rho f x -> constant_den f = true ->
    forallb (fun w => is_state n (fst w)) (p_wires P) = true ->
    Forall2 (comp_means F rho) (gradient P t f) (sem_gradient x).
  Proof.
    intros H C. unfold gradient, sem_gradient. generalize weights_ok.
    generalize (weights P (one, one) t), (weights P 1 (values e)). intros qs xs HQ. revert qs xs HQ.
    induction (p_wires P) as [|w l IH]; intros qs xs HQ W; cbn [zip]; [constructor|].
    simpl in W. apply andb_prop in W as [W1 W2].
    inversion HQ; subst; cbn [zip]; constructor; auto. split; [reflexivity|]. cbn [snd].
    apply (scale_means_ring F); auto. apply pd_means; auto.
  Qed.
  Lemma gradient_field_ok f x X : gradient_field P t f = Some X -> means F rho f x ->
    on_state n X /\ exists D, D <> 0%Z /\ forall h, act F n rho X h = inj D * along e x h.
  Proof.
    unfold gradient_field. destruct (constant_den f && _)%bool eqn:E; [|discriminate].
      apply andb_prop in E as [E1 E2].
    intros HX H. destruct (field_of_ok F n rho _ _ _ HX (gradient_ok f x H E1 E2)) as (S & D & N & G).
    split; auto. exists D. split; auto. intros h. rewrite G, sem_gradient_along. reflexivity.
  Qed.
  Lemma raw_field_ok k X : raw_field P t k = Some X ->
    on_state n X /\ exists D, D <> 0%Z /\ forall h, act F n rho X h = inj D * along_raw e k h.
  Proof.
    intros HX. unfold raw_field in HX.
    assert (H : Forall2 (comp_means F rho) (raw_components P t k) (zip pair (vars n) (entries (values e) k))).
    { unfold raw_components. generalize (entries_rel _ _ _ k tape_ok).
      generalize (entries t k), (entries (values e) k). intros l l' H. revert l l' H.
      induction (vars n) as [|a v IH]; intros l l' H; cbn [zip]; [constructor|].
      inversion H; subst; cbn [zip]; constructor; auto. split; auto. }
    destruct (field_of_ok F n rho _ _ _ HX H) as (S & D & N & G). split; auto. exists D. split; auto.
  Qed.
  End Members.

  (* ---------------------------------------------------------------- the checked laws are conserved *)
  Definition law_sem (e : positive -> F) (l : law) : F := law_value (sem_ops F e) l.
  Lemma law_ok rho leaf e l : (forall a, means F rho (leaf a) (e a)) ->
    means F rho (law_frac l leaf) (law_sem e l).
  Proof. apply law_ok_ring. Qed.
  Lemma numerator_ok e X h x : admissible F n e -> on_state n X -> means F e h x -> unit (pev e (snd h)) ->
    pev e (snd h) * pev e (snd h) * act F n e X x = pev e (numerator (fget X) h).
  Proof.
    intros He HX H U. specialize (H U).
    assert (G : act F n e X (pev e (snd h)) * x + pev e (snd h) * act F n e X x = pev e (lie (fget X)
      (fst h))).
    { rewrite <- act_mul, H. symmetry. apply lie_act; auto. }
    unfold numerator. destruct (constant (snd h)) as [z|] eqn:E.
    - apply constant_spec in E as [E Hz]. rewrite (peval_mulmono F), <- G, <- (lie_act F n) by auto.
        rewrite E.
      unfold lie. cbn. ring.
    - rewrite (peval_add F), (peval_opp F), !(peval_mul F), <- G, <- H, (lie_act F n e X (snd h)) by auto.
        ring.
  Qed.
  (* where the denominator of the law is invertible, the law is conserved *)
  Theorem laws_conserved laws fz e0 l : check_conserved P laws = true -> In l laws ->
    assignment fz e0 -> unit (pev e0 (snd (law_frac l variable))) -> conserved fz (law_sem e0 l).
  Proof.
    unfold check_conserved. destruct (members P) as [fs|] eqn:EM; [|discriminate]. intros H Hl He0 U0.
    rewrite forallb_forall in H. specialize (H l Hl). unfold check_law in H.
    apply andb_prop in H as [H HX]. apply andb_prop in H as [H Kd]. apply andb_prop in H as [_ Kn].
    rewrite forallb_forall in HX. set (h := law_frac l variable) in *.
    intros e He.
    assert (A : forall a, known P a = true -> e a = e0 a).
    { intros a Ka. destruct He as [[_ [E1 _]] E3], He0 as [[_ [G1 _]] G3]. destruct (is_state n a) eqn:S.
      - rewrite E1, G1; auto.
      - rewrite E3, G3; auto. }
    assert (M : means F e h (law_sem e l)) by (apply law_ok; intros; apply means_var).
    assert (M0 : means F e0 h (law_sem e0 l)) by (apply law_ok; intros; apply means_var).
    assert (Ed : pev e (snd h) = pev e0 (snd h)) by (apply (peval_ext F (known P)); auto).
    assert (En : pev e (fst h) = pev e0 (fst h)) by (apply (peval_ext F (known P)); auto).
    assert (U : unit (pev e (snd h))) by (rewrite Ed; auto).
    assert (E : law_sem e0 l = law_sem e l).
    { apply (unit_cancel F (pev e (snd h))); auto. rewrite (M U), En, Ed. apply (M0 U0). }
    rewrite E. clear E M0 En Ed U0.
    assert (Z : forall X, In X fs -> on_state n X -> act F n e X (law_sem e l) = 0).
    { intros X HXin SX. assert (N := numerator_ok e X h _ (proj1 He) SX M U).
      rewrite (is_nil_ok_ring _ e (HX X HXin)) in N. apply (unit_zero F) in N; auto. apply unit_prod; auto. }
    unfold members in EM. apply all_some_app in EM as (gs & rs & Hg & Hr & ->).
    assert (V : forall a, means F e (variable a) (e a)) by (intros; apply means_var).
    split.
    - intros f Hf. destruct (Forall2_in_r _ _ _ f (outputs_rel _ P _ _ (tape_ok e e variable V)) Hf) as
        (q & Hq & Hm).
      destruct (all_some_in _ _ _ _ Hg Hq) as (X & EX & HXin).
      destruct (gradient_field_ok e e variable (proj1 He) V q f X EX Hm) as (SX & D & ND & G).
      assert (Q := Z X (in_or_app _ _ _ (or_introl HXin)) SX). rewrite G in Q.
      apply (unit_zero F) in Q; auto. apply unit_int; auto.
    - intros k Hk. destruct (all_some_in _ _ _ _ Hr Hk) as (X & EX & HXin).
      destruct (raw_field_ok e e variable V k X EX) as (SX & D & ND & G).
      assert (Q := Z X (in_or_app _ _ _ (or_intror HXin)) SX). rewrite G in Q.
      apply (unit_zero F) in Q; auto. apply unit_int; auto.
  Qed.

  (* ---------------------------------------------------------------- instances *)
  Variable frozen : list (Z * positive).
  Hypothesis Hfrozen : length frozen = p_frozen P.
  Hypothesis Hdim : (n <= dim F)%nat.
  Definition constants (T : table) (a : positive) : F :=
    let v := value n frozen T a in rational (fst v) (snd v).
  Definition at_table (T : table) (a : positive) : F := if is_state n a then theta a else constants T a.
  Definition no_table : table := PositiveMap.empty _.
  (* where the fields and the laws are evaluated: base to themselves, frozen constants to their values *)
  Definition base : positive -> F := at_table no_table.
  Lemma at_table_assignment T : assignment (constants no_table) (at_table T).
  Proof.
    unfold at_table. split; [split; [exact Hdim|split]|].
    - intros a ->. reflexivity.
    - intros a b _ ->. apply pd_rational.
    - intros a -> K. unfold constants, value. unfold known in K. rewrite Hfrozen, K. reflexivity.
  Qed.
  Lemma base_admissible : admissible F n base.
  Proof. apply at_table_assignment. Qed.
  Lemma special_ok T a : means F base (special n frozen T a) (at_table T a).
  Proof.
    unfold special, at_table. destruct (is_state n a) eqn:E; [|apply means_const].
    assert (H := means_var F base a). replace (theta a) with (base a); [exact H|].
    unfold base, at_table. rewrite E. reflexivity.
  Qed.
  Fixpoint sem_combine (ys : list Z) (fs : list F) : F :=
    match ys, fs with y :: ys', f :: fs' => rational y 1 * f + sem_combine ys' fs' | _, _ => 0 end.
  Lemma combine_ok rho ys : forall fs xs, Forall2 (means F rho) fs xs ->
    means F rho (combine ys fs) (sem_combine ys xs).
  Proof.
    assert (Z : means F rho ([], one) 0) by (intros _; cbn [fst snd peval]; ring).
    induction ys as [|y ys IH]; intros fs xs H; [exact Z|]. inversion H; subst; [exact Z|]. simpl.
    apply means_add; auto. apply means_mul; auto. apply means_const.
  Qed.
  Lemma along_0 e h : along e 0 h = 0.
  Proof. unfold along. rewrite (ssum_ext F _ _ (fun _ => 0)); [apply ssum_0|]. intros. rewrite pd_0. ring.
    Qed.
  Lemma along_combine e h ys : forall xs, (forall f, In f xs -> along e f h = 0) ->
    along e (sem_combine ys xs) h = 0.
  Proof.
    induction ys as [|y ys IH]; intros [|x xs] H; cbn [sem_combine]; try apply along_0.
    transitivity (rational y 1 * along e x h + along e (sem_combine ys xs) h).
    - unfold along. rewrite <- ssum_scale, <- ssum_add. apply ssum_ext. intros t _.
      rewrite pd_add, pd_mul, pd_rational. ring.
    - rewrite (H x), IH by (try (left; reflexivity); intros; apply H; right; auto). ring.
  Qed.
  Lemma instance_ok g X h : instance_field P frozen g = Some X -> conserved (constants no_table) h ->
    on_state n X /\ act F n base X h = 0.
  Proof.
    unfold instance_field. set (T := make_table (i_values g)). intros HX HC.
    destruct (HC _ (at_table_assignment T)) as [H1 H2].
    destruct (i_raw g) as [k|].
    - destruct (nth_error (p_raw P) k) as [i|] eqn:Ei; [|discriminate]. apply nth_error_In in Ei.
      destruct (raw_field_ok base (at_table T) _ (special_ok T) i X HX) as (S & D & _ & G).
      split; auto. rewrite G, H2 by auto. ring.
    - destruct (forallb constant_den _); [|discriminate].
      assert (M := combine_ok base (i_covector g) _ _ (outputs_rel _ P _ _ (tape_ok base (at_table T) _
        (special_ok T)))).
      destruct (gradient_field_ok base (at_table T) _ base_admissible (special_ok T) _ _ X HX M) as
        (S & D & _ & G).
      split; auto. rewrite G, along_combine by auto. ring.
  Qed.
End Claims.

Section Words.
  Variable F : dring.
  Variable P : problem.
  Variable c : cert.
  Open Scope cring_scope.
  Add Ring RW : (cth F).
  Notation frozen := (frozen_values P c).
  Hypothesis Hfrozen : length frozen = p_frozen P.
  Notation n := (p_dim P).
  Hypothesis Hdim : (n <= dim F)%nat.
  Notation fz := (constants F P frozen no_table).
  Notation th := (base F P frozen).
  (* every bracket word of the certificate annihilates every conserved function *)
  Theorem chosen_ok fs h : chosen_fields P c = Some fs -> conserved F P fz h ->
    forall X, In X fs -> on_state n X /\ act F n th X h = 0.
  Proof.
    unfold chosen_fields. destruct (all_some _) as [gens|] eqn:E; [|discriminate]. intros H HC X HX.
      injection H as <-.
    apply in_map_iff in HX as (i & <- & _).
    set (G := fun X => In X gens).
    assert (HG : forall X, G X -> on_state n X /\ act F n th X h = 0).
    { intros Y HY. apply all_some_spec in E.
        assert (HY' : In (Some Y) (map Some gens)) by (apply in_map; exact HY).
      rewrite <- E in HY'. apply in_map_iff in HY' as (g & Eg & _).
      eapply instance_ok; eauto. }
    assert (L : in_lie (vars n) G (nth i (build (vars n) gens (c_words c)) zero_field)).
    { destruct (Nat.lt_ge_cases i (length (build (vars n) gens (c_words c)))) as [Q|Q].
      - eapply (build_lie (vars n) G (c_words c)); [|apply nth_In; exact Q]. intros Y HY. apply lie_gen.
          exact HY.
      - rewrite nth_overflow by exact Q. apply lie_zero. }
    split.
    - apply (on_state_lie n G); auto. intros Y HY. apply (HG Y HY).
    - apply (lie_conserved F n th G); auto. apply base_admissible; assumption.
  Qed.
  (* the gradient of a law, up to the square of its denominator *)
  Definition law_function (l : law) : F := law_sem F th l.
  Definition num (l : law) : F := peval F th (fst (law_frac l variable)).
  Definition den (l : law) : F := peval F th (snd (law_frac l variable)).
  Lemma law_means l : means F th (law_frac l variable) (law_function l).
  Proof. apply law_ok. intros. apply means_var. Qed.
  Lemma law_function_conserved l : check_conserved P (c_laws c) = true -> In l (c_laws c) -> unit (den l) ->
    conserved F P fz (law_function l).
  Proof. intros H Hl U. apply (laws_conserved F P (c_laws c) fz th l); auto.
    apply at_table_assignment; assumption. Qed.
  Definition law_gradient (l : law) (a : positive) : F :=
    den l * peval F th (diff a (fst (law_frac l variable))) - num l * peval F th (diff a (snd
      (law_frac l variable))).
  Theorem law_gradient_ok l a : unit (den l) -> is_state n a = true ->
    den l * den l * pd a (law_function l) = law_gradient l a.
  Proof.
    intros U Ha. assert (M := law_means l U). unfold law_gradient, num, den in *.
    assert (A : admissible F n th) by (apply base_admissible; assumption).
    rewrite <- !(pd_ev F n th) by auto. rewrite <- M, pd_mul. ring.
  Qed.
End Words.
